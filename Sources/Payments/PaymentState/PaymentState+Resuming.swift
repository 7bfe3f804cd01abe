// SPDX-License-Identifier: Apache-2.0
extension PaymentState {
    /// The payment as a published event reports it.
    public struct Reported: Sendable, Equatable {
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

    /// Resumes a payment at an event, because its earlier history is not known: revision and latest status
    /// are the event's, and the operations that are known stay.
    ///
    /// - Parameters:
    ///   - reported: nil for an event without a date.
    ///   - time: when the state last changed.
    ///   - outranking: whether the payment's latest status is that of an operation that wins over any other
    ///     of the same date. An event does not say which operation that is.
    public mutating func resume(
        at revision: Int64, reported: Reported?, changedAt time: Timestamp, outranking: Bool
    ) {
        self.revision = revision
        changedAt = max(changedAt, time)
        asOf = reported?.asOf
        forgottenLatest = nil
        forgottenSum = nil
        guard let reported else { return }
        let status = Status.payment(reported.status.span)
        forgottenLatest = LatestPayment(
            date: reported.asOf, isFinal: outranking, operationID: outranking ? Int64.max : Int64.min,
            status: PublishedStatus(
                status: status, spelling: status.isKnown ? .absent : keep(reported.status)),
            sum: reported.amount.map { Callback.Money(amount: $0, currency: keep(reported.currency)) },
            type: keep(reported.type), method: keep(reported.method))
    }

    /// Keeps the summary: revision, latest status and amount. For a payment whose callbacks are decided again
    /// although the first of them are gone.
    ///
    /// The marks of what was dropped go too: the callbacks that raised them come again.
    package mutating func keepSummary() {
        let latest = latest
        forgottenThrough = nil
        forgottenLatest = latest
        forgottenSum = nil
        operations.removeAll()
        undated.removeAll()
        seen.removeAll()
    }

    private mutating func keep(_ bytes: [UInt8]) -> ByteRange {
        keep(ByteRange(start: 0, end: Int32(bytes.count)), of: bytes.span)
    }
}
