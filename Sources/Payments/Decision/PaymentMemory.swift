/// What is remembered of one payment: its revision, its newest truth, and its operations.
public struct PaymentMemory: Sendable {
    /// What an expiry did.
    public enum Expiry: Sendable, Equatable {
        case unchanged
        /// Some detail went; the memory is to be written anew.
        case trimmed
        /// Nothing is left: a tombstone.
        case removed
    }

    public init() {}

    /// - Throws: `damaged` or `version`.
    public init(decoding bytes: RawSpan) throws(MemoryError) {}

    /// Reads a memory into this one, whose storage is used again.
    public mutating func decode(_ bytes: RawSpan) throws(MemoryError) {}

    public func encode(into bytes: inout [UInt8]) {}

    /// Forgets what has had its time. What a later decision sees does not depend on whether this was called before.
    /// - Parameter time: the newest record time of the partition, never a clock.
    public mutating func expire(at time: Timestamp, settings: MemorySettings) -> Expiry { .unchanged }
}
