/// What is remembered of one payment (or token, or recurring registration): how many events were told of it, its
/// newest truth, and what was last told of each of its operations.
///
/// The whole of it is one record of the changelog and of the local table; `MemoryFormat` draws its bytes. The
/// storage is flat and used again: decoding the next memory into this one allocates nothing.
public struct PaymentMemory: Sendable {
    /// A callback that was seen, and the newest date it was seen with.
    public struct Known: BitwiseCopyable, Sendable, Equatable {
        public var fingerprint: Fingerprint
        public var date: Timestamp
    }

    /// A status as it was told: one of our table, or a spelling that the table does not have.
    public struct ToldStatus: BitwiseCopyable, Sendable {
        public var status: Status
        /// As sent; only where the table does not have it.
        public var spelling: Text

        static let absent = ToldStatus(status: .unknown, spelling: .absent)

        public var isAbsent: Bool { !status.isKnown && spelling.isEmpty }
    }

    /// Which of two callbacks tells the newer truth of the payment: by date; on a tie a final operation's over
    /// another's, then the higher operation id.
    public struct Rank: BitwiseCopyable, Sendable, Equatable, Comparable {
        public var date: Timestamp
        public var isFinal: Bool
        public var operationID: Int64

        public static func < (left: Rank, right: Rank) -> Bool {
            if left.date != right.date { return left.date < right.date }
            if left.isFinal != right.isFinal { return right.isFinal }
            return left.operationID < right.operationID
        }
    }

    /// The payment as its newest callback tells it. What that one leaves out stays as an older one told it.
    public struct Truth: BitwiseCopyable, Sendable {
        /// `rank.date` is the event's `as_of`.
        public var rank: Rank
        public var status = ToldStatus.absent
        /// Of the callback that told the status.
        public var statusRank: Rank
        public var type = Text.absent
        public var method = Text.absent
        public var sum: Callback.Money?
        /// Of the callback that told the sum.
        public var sumRank: Rank
    }

    /// The three sums that a callback of an operation may carry.
    public struct Sums: BitwiseCopyable, Sendable {
        public var initial: Callback.Money?
        public var converted: Callback.Money?
        /// `payment.sum` as of that callback.
        public var payment: Callback.Money?
    }

    /// What was last told of an operation.
    public struct Operation: Sendable {
        public var id: Int64
        /// The newest date of any of its callbacks that counted.
        public var newest: Timestamp
        /// The record time of its last change.
        public var changedAt: Timestamp
        public var status: ToldStatus
        public var paymentStatus: ToldStatus
        /// As it was when told: a later version of the status table may class the status otherwise.
        public var isFinal: Bool
        public var sums: Sums
        /// The date of what was last told.
        public var date: Timestamp
        /// Tells the request ids of two callbacks apart without keeping them.
        public var requestHash: UInt64
        /// Its places in `known`; the last of them is what was last told.
        var known: Range<Int32>
    }

    /// How many events were told; the last one's `revision`.
    public internal(set) var revision: Int64 = 0
    /// The newest record time at which anything here changed.
    public internal(set) var changedAt = Timestamp(milliseconds: 0)
    /// Operations that are not remembered any more were not dated after this; nil where none was ever forgotten.
    public internal(set) var mark: Timestamp?
    public internal(set) var truth: Truth?
    /// In the order in which they were first told.
    public internal(set) var operations: [Operation] = []
    /// What was told without a date; `date` is the record time.
    public internal(set) var undated: [Known] = []
    /// The callbacks known of all operations.
    var known: [Known] = []
    /// Every `Text` of this memory is a range of it.
    public internal(set) var texts: [UInt8] = []

    public init() {}

    /// - Throws: `damaged` or `version`.
    public init(decoding bytes: RawSpan) throws(MemoryError) {
        try decode(bytes)
    }

    /// Whether there is nothing to remember.
    public var isEmpty: Bool { revision == 0 && truth == nil && operations.isEmpty && undated.isEmpty }

    /// The callbacks known of an operation; the last of them is what was last told.
    public func known(of operation: Operation) -> ArraySlice<Known> {
        known[Int(operation.known.lowerBound)..<Int(operation.known.upperBound)]
    }

    mutating func removeAll() {
        revision = 0
        changedAt = Timestamp(milliseconds: 0)
        mark = nil
        truth = nil
        operations.removeAll(keepingCapacity: true)
        undated.removeAll(keepingCapacity: true)
        known.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
    }
}

extension PaymentMemory {
    /// Copies a field of a callback here.
    mutating func keep(_ text: Text, of bytes: Span<UInt8>) -> Text {
        let start = Int32(texts.count)
        bytes.extracting(text.range).withUnsafeBufferPointer { texts.append(contentsOf: $0) }
        return Text(start: start, end: Int32(texts.count))
    }

    func areEqual(_ left: Text, _ right: Text) -> Bool {
        left.count == right.count && texts[left.range].elementsEqual(texts[right.range])
    }

    func areEqual(_ left: ToldStatus, _ right: ToldStatus) -> Bool {
        guard left.status.code == right.status.code else { return false }
        return texts[left.spelling.range].elementsEqual(texts[right.spelling.range]) {
            FoldedName.folded($0) == FoldedName.folded($1)
        }
    }

    func areEqual(_ left: Callback.Money?, _ right: Callback.Money?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return left.amount == right.amount && areEqual(left.currency, right.currency)
    }

    /// Whether two callbacks tell different money. What one of them leaves out contradicts nothing.
    func contradict(_ left: Sums, _ right: Sums) -> Bool {
        contradict(left.initial, right.initial) || contradict(left.converted, right.converted)
            || contradict(left.payment, right.payment)
    }

    private func contradict(_ left: Callback.Money?, _ right: Callback.Money?) -> Bool {
        left != nil && right != nil && !areEqual(left, right)
    }

    /// Whether every sum that `new` tells is told by `old` already.
    func isTold(_ new: Sums, by old: Sums) -> Bool {
        (new.initial == nil || areEqual(new.initial, old.initial))
            && (new.converted == nil || areEqual(new.converted, old.converted))
            && (new.payment == nil || areEqual(new.payment, old.payment))
    }
}
