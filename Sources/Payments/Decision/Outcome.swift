/// What a memory decided of a callback.
public struct Outcome: Sendable {
    /// What was last told of the operation, before this. Its texts lie in the memory that decided.
    public struct Previous: Sendable {
        public var status: PaymentMemory.ToldStatus
        public var paymentStatus: PaymentMemory.ToldStatus
        public var sums: PaymentMemory.Sums
        public var date: Timestamp
    }

    /// One of advance, correction, repeat, late, stale, future, conflict.
    public var decision: Decision
    /// Whether the memory is to be written.
    public var hasChanged: Bool
    /// For an advance or a correction of an operation that is known.
    public var previous: Previous?

    /// Told, and the operation's or the payment's status is not in our table.
    public var hasUnknownStatus = false

    init(_ decision: Decision, hasChanged: Bool = false, previous: Previous? = nil) {
        self.decision = decision
        self.hasChanged = hasChanged
        self.previous = previous
    }
}
