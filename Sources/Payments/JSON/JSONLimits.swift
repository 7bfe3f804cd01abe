// SPDX-License-Identifier: Apache-2.0

/// What a body may cost before it is refused. Every limit is checked while scanning, so a refused body costs
/// no more than an accepted one of the same size.
public struct JSONLimits: Sendable, Equatable {
    /// How deep containers may be nested; the root counts as one.
    public var depth: Int { didSet { check() } }
    /// Members of objects and elements of arrays, at every level together.
    public var members: Int { didSet { check() } }
    /// The length of a number as written, in bytes.
    public var numberBytes: Int { didSet { check() } }
    /// The length of the text that the body is signed as, in bytes. It repeats a container's path on every
    /// line below it, so that 64 KiB of body could ask for a hundred megabytes of text.
    public var signedBytes: Int { didSet { check() } }

    public init(
        depth: Int = 32, members: Int = 2_000, numberBytes: Int = 64, signedBytes: Int = 1 << 20
    ) {
        self.depth = depth
        self.members = members
        self.numberBytes = numberBytes
        self.signedBytes = signedBytes
        check()
    }

    private func check() {
        precondition(depth > 0 && members > 0 && numberBytes > 0, "a limit of zero refuses every body")
        precondition(
            depth <= 1_000, "a depth over 1000 could exhaust the stack: bodies are flattened by recursion")
        precondition(numberBytes <= 64, "a number over 64 characters cannot be rounded exactly")
        precondition(signedBytes <= 1 << 30, "a signed text over 1 GiB exceeds offsets of 32 bits")
    }
}
