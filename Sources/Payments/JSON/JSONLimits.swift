/// What a body may cost before it is refused. Every limit is checked while scanning, so a refused body costs
/// no more than an accepted one of the same size.
public struct JSONLimits: Sendable, Equatable {
    /// How deep containers may be nested; the root counts as one.
    public var depth: Int
    /// Members of objects and elements of arrays, at every level together.
    public var members: Int
    /// The length of a number as written, in bytes.
    public var numberBytes: Int
    /// The length of the text that the body is signed as, in bytes. It repeats a container's path on every
    /// line below it, so that 64 KiB of body could ask for a hundred megabytes of text.
    public var signedBytes: Int

    public init(
        depth: Int = 32, members: Int = 2_000, numberBytes: Int = 64, signedBytes: Int = 1 << 20
    ) {
        precondition(depth > 0 && members > 0 && numberBytes > 0, "a limit of zero refuses every body")
        precondition(depth <= 1_000, "odd bodies are flattened by recursion")
        precondition(numberBytes <= 64, "numbers are rounded exactly for up to 64 digits")
        precondition(signedBytes <= 1 << 30, "offsets into the signed text are 32 bits wide")
        self.depth = depth
        self.members = members
        self.numberBytes = numberBytes
        self.signedBytes = signedBytes
    }
}
