// SPDX-License-Identifier: Apache-2.0

/// What is remembered of one payment (or token, or recurring registration): how many events were published,
/// its latest status, and the newest published callbacks of each of its operations.
///
/// The whole of it is one record of the changelog and of the state store; `PaymentStateFormat` draws its
/// bytes. The storage is flat and reused: decoding the next state into this one allocates nothing.
public struct PaymentState: Sendable {
    /// A callback that was published, and the newest date it was seen with.
    public struct SeenCallback: BitwiseCopyable, Sendable, Equatable {
        public var fingerprint: Fingerprint
        public var date: Timestamp
    }

    /// A status as it was published: one of our table, or a spelling that the table does not have.
    public struct PublishedStatus: BitwiseCopyable, Sendable {
        public var status: Status
        /// As sent; only where the table does not have it.
        public var spelling: ByteRange

        static let absent = PublishedStatus(status: .unknown, spelling: .absent)

        public var isAbsent: Bool { !status.isKnown && spelling.isEmpty }
    }

    /// The sums that a callback of an operation may carry.
    public struct Sums: BitwiseCopyable, Sendable {
        public var initial: Callback.Money?
        public var converted: Callback.Money?
        /// `payment.sum` as of that callback.
        public var payment: Callback.Money?
        /// `sum_real` and `sum_refund` of the transaction format.
        public var real: Callback.Money?
        public var refund: Callback.Money?
    }

    /// Statuses of one kind are ordered by their dates. Those of different kinds are not: the clocks of the
    /// platform's systems differ.
    public enum Slot: Int, Sendable, CaseIterable {
        case final
        case other
        /// Statuses of class `unknown`.
        case unknown

        init(_ statusClass: StatusClass) {
            switch statusClass {
            case .final: self = .final
            case .intermediate: self = .other
            case .unknown: self = .unknown
            }
        }
    }

    /// What is kept of a published callback.
    public struct PublishedCallback: BitwiseCopyable, Sendable {
        public var date: Timestamp
        public var fingerprint: Fingerprint
        /// Distinguishes the request ids of two callbacks without keeping them.
        public var requestHash: UInt64
        public var status: PublishedStatus
        /// Where the callback has none, that of the operation's callback before it.
        public var paymentStatus: PublishedStatus
        /// The same holds of `sums.payment`.
        public var sums: Sums
        public var paymentType: ByteRange
        public var paymentMethod: ByteRange
        var hasInheritedStatus = false
        var hasInheritedSum = false
    }

    /// An operation of the payment.
    public struct Operation: Sendable {
        public var id: Int64
        /// The newest date of any of its callbacks, published or not.
        public var newest: Timestamp
        /// The record time of its last change.
        public var changedAt: Timestamp
        /// The newest published callback of each kind of status, by `Slot`.
        public var published = InlineArray<3, PublishedCallback?>(repeating: nil)
        /// Whether a closing status was seen, in a late callback too.
        public var isClosed = false
        /// Its callbacks that are not remembered any more have dates up to this.
        public var forgottenThrough: Timestamp?
        /// Its part of `seen`.
        var seen: Range<Int32>

        public subscript(slot: Slot) -> PublishedCallback? {
            get { published[slot.rawValue] }
            set { published[slot.rawValue] = newValue }
        }
    }

    /// The latest status and amount of the payment, as one of its operations reported them.
    public struct LatestPayment: BitwiseCopyable, Sendable {
        /// The date of the operation's latest status.
        public var date: Timestamp
        public var isFinal: Bool
        public var operationID: Int64
        public var status: PublishedStatus
        public var sum: Callback.Money?
        public var type: ByteRange
        public var method: ByteRange
    }

    /// How many events were published; the last one's `revision`.
    public internal(set) var revision: Int64 = 0
    /// The newest record time at which anything here changed.
    public internal(set) var changedAt = Timestamp(milliseconds: 0)
    /// The last published `as_of`.
    public internal(set) var asOf: Timestamp?
    /// Callbacks of operations that are not remembered any more have dates up to this; nil where none was
    /// forgotten.
    public internal(set) var forgottenThrough: Timestamp?
    /// The greatest of the operations that are not remembered any more.
    public internal(set) var forgottenLatest: LatestPayment?
    /// The greatest of them that has a sum, where that one has none.
    public internal(set) var forgottenSum: LatestPayment?
    /// In the order of their first events.
    public internal(set) var operations: [Operation] = []
    /// Published callbacks without a date; `date` is the record time.
    public internal(set) var undated: [SeenCallback] = []
    /// The published callbacks of all operations.
    var seen: [SeenCallback] = []
    /// Every `ByteRange` of this state is a range of it.
    public internal(set) var texts: [UInt8] = []

    public init() {}

    /// - Throws: `damaged` or `version`.
    public init(decoding bytes: RawSpan) throws(PaymentStateError) {
        try decode(bytes)
    }

    /// Whether there is nothing to remember.
    public var isEmpty: Bool {
        revision == 0 && forgottenLatest == nil && operations.isEmpty && undated.isEmpty
    }

    /// The published callbacks of an operation that are remembered.
    public func seen(of operation: Operation) -> ArraySlice<SeenCallback> {
        seen[Int(operation.seen.lowerBound)..<Int(operation.seen.upperBound)]
    }

    mutating func removeAll() {
        revision = 0
        changedAt = Timestamp(milliseconds: 0)
        asOf = nil
        forgottenThrough = nil
        forgottenLatest = nil
        forgottenSum = nil
        operations.removeAll(keepingCapacity: true)
        undated.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
    }
}

extension PaymentState {
    /// Copies a field of a callback here.
    mutating func keep(_ text: ByteRange, of bytes: Span<UInt8>) -> ByteRange {
        let start = Int32(texts.count)
        bytes.extracting(text.range).withUnsafeBufferPointer { texts.append(contentsOf: $0) }
        return ByteRange(start: start, end: Int32(texts.count))
    }

    func areEqual(_ left: ByteRange, _ right: ByteRange) -> Bool {
        left.count == right.count && texts[left.range].elementsEqual(texts[right.range])
    }

    func areEqual(_ left: PublishedStatus, _ right: PublishedStatus) -> Bool {
        guard left.status.code == right.status.code else { return false }
        return texts[left.spelling.range].elementsEqual(texts[right.spelling.range]) {
            FoldedName.folded($0) == FoldedName.folded($1)
        }
    }

    func areEqual(_ left: Callback.Money?, _ right: Callback.Money?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.amount == right.amount && areEqual(left.currency, right.currency)
    }

    /// Whether two callbacks report different money. What one of them leaves out contradicts nothing.
    func contradict(_ left: Sums, _ right: Sums) -> Bool {
        contradict(left.initial, right.initial) || contradict(left.converted, right.converted)
            || contradict(left.payment, right.payment) || contradict(left.real, right.real)
            || contradict(left.refund, right.refund)
    }

    private func contradict(_ left: Callback.Money?, _ right: Callback.Money?) -> Bool {
        left != nil && right != nil && !areEqual(left, right)
    }

    /// Whether `old` has every sum that `new` has.
    func contains(_ old: Sums, _ new: Sums) -> Bool {
        (new.initial == nil || areEqual(new.initial, old.initial))
            && (new.converted == nil || areEqual(new.converted, old.converted))
            && (new.payment == nil || areEqual(new.payment, old.payment))
            && (new.real == nil || areEqual(new.real, old.real))
            && (new.refund == nil || areEqual(new.refund, old.refund))
    }
}
