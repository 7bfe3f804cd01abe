extension PaymentMemory {
    /// What a published event tells of its payment.
    public struct Told: Sendable, Equatable {
        public var type: [UInt8]
        public var method: [UInt8]
        /// As published.
        public var status: [UInt8]
        public var amount: Int64?
        public var currency: [UInt8]
        public var asOf: Timestamp

        public init(
            type: [UInt8], method: [UInt8], status: [UInt8], amount: Int64?, currency: [UInt8],
            asOf: Timestamp
        ) {
            self.type = type
            self.method = method
            self.status = status
            self.amount = amount
            self.currency = currency
            self.asOf = asOf
        }
    }

    /// Takes a payment up at an event, because not all that led to it is known: revision and truth are the event's,
    /// and the operations that are known stay.
    ///
    /// - Parameters:
    ///   - told: nil for what has no date.
    ///   - time: when the memory last changed.
    ///   - outranking: whether the truth was told by an operation that wins over any other of the same date. An event
    ///     does not say which operation told it.
    public mutating func resume(at revision: Int64, told: Told?, changedAt time: Timestamp, outranking: Bool)
    {
        self.revision = revision
        changedAt = max(changedAt, time)
        truth = nil
        guard let told else { return }
        let rank = Rank(
            date: told.asOf, isFinal: outranking, operationID: outranking ? Int64.max : Int64.min)
        var truth = Truth(rank: rank, statusRank: rank, sumRank: rank)
        let status = Status.payment(told.status.span)
        truth.status = ToldStatus(status: status, spelling: status.isKnown ? .absent : keep(told.status))
        truth.type = keep(told.type)
        truth.method = keep(told.method)
        truth.sum = told.amount.map { Callback.Money(amount: $0, currency: keep(told.currency)) }
        self.truth = truth
    }

    private mutating func keep(_ bytes: [UInt8]) -> Text {
        keep(Text(start: 0, end: Int32(bytes.count)), of: bytes.span)
    }
}
