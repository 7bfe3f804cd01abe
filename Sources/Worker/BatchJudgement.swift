internal import Payments
internal import State

/// The judge with what it needs for a batch, used again for every record.
struct BatchJudgement {
    var judge: Judge
    var receipt = ReceiptHeaders()
    var tally = DecisionTally()
    let now: () -> Timestamp
    private var swept = PaymentState()
    private var sweptBytes: [UInt8] = []

    init(_ judge: consuming Judge, now: @escaping () -> Timestamp) {
        self.judge = judge
        self.now = now
    }

    /// Takes what a verdict changes in its payment's memory into the batch.
    func remember<Memory: Table & ~Copyable>(_ verdict: Verdict, in task: PartitionTask<Memory>) {
        guard let memory = verdict.memory else { return }
        let bytes = judge.bytes.span.bytes
        task.changes.put(bytes.extracting(verdict.key.range), value: bytes.extracting(memory.range))
    }

    /// A step of the sweep: memories that have had their time are trimmed or removed with this batch.
    ///
    /// Time is the partition's newest record time. The clock only holds it back: one record of a broken
    /// producer, dated years ahead, must not make every payment forgotten.
    mutating func sweep<Memory: Table & ~Copyable>(
        _ task: PartitionTask<Memory>, limit: Int
    ) throws(BatchFailure) {
        guard let newest = task.newestTimeInBatch, limit > 0 else { return }
        let time = min(newest, now())
        var failure: MemoryError?
        do throws(StateError) {
            _ = try task.table.sweep(limit: limit) { key, value in
                if failure != nil || task.changes.contains(key) || PartitionProgress.isKey(copy key) {
                    return
                }
                do throws(MemoryError) {
                    try expire(copy key, copy value, at: time, in: task)
                } catch {
                    failure = error
                }
            }
        } catch {
            throw .state(error, partition: task.partition)
        }
        if let failure { throw .memory(failure, partition: task.partition) }
    }

    private mutating func expire<Memory: Table & ~Copyable>(
        _ key: RawSpan, _ value: RawSpan, at time: Timestamp, in task: PartitionTask<Memory>
    ) throws(MemoryError) {
        try swept.decode(value)
        switch swept.expire(at: time, settings: judge.settings.deduplication) {
        case .unchanged: return
        case .trimmed:
            sweptBytes.removeAll(keepingCapacity: true)
            swept.encode(into: &sweptBytes)
            task.changes.put(key, value: sweptBytes.span.bytes)
            tally.trimmed += 1
        case .removed:
            task.changes.remove(key)
            tally.removed += 1
        }
    }
}

/// Why a batch could not be published.
enum BatchFailure: Error {
    case client(ClientError)
    case state(StateError, partition: Int32)
    case memory(MemoryError, partition: Int32)
}

/// What the records of one batch came to; counted only once the batch is committed.
struct DecisionTally {
    /// A decision with its reason, both from a fixed set.
    struct Reason {
        var decision: Decision
        var reason: StaticString
        var count: Int
    }

    /// By raw value.
    private(set) var decisions = [Int](repeating: 0, count: Decision.allCases.count)
    /// Only of those that a person may want to look at.
    private(set) var reasons: [Reason] = []
    var unknownStatuses = 0
    var unreadLines = 0
    var trimmed = 0
    var removed = 0

    mutating func removeAll() {
        for index in decisions.indices { decisions[index] = 0 }
        reasons.removeAll(keepingCapacity: true)
        unknownStatuses = 0
        unreadLines = 0
        trimmed = 0
        removed = 0
    }

    mutating func count(_ verdict: Verdict) {
        decisions[Int(verdict.decision.rawValue)] += 1
        unreadLines += verdict.unreadLines
        if verdict.hasUnknownStatus { unknownStatuses += 1 }
        guard verdict.decision.topic == .review || verdict.decision.topic == .deadLetter else { return }
        for index in reasons.indices
        where reasons[index].decision == verdict.decision && isSame(reasons[index].reason, verdict.reason) {
            reasons[index].count += 1
            return
        }
        reasons.append(Reason(decision: verdict.decision, reason: verdict.reason, count: 1))
    }

    private func isSame(_ left: StaticString, _ right: StaticString) -> Bool {
        UnsafeRawBufferPointer(start: left.utf8Start, count: left.utf8CodeUnitCount)
            .elementsEqual(UnsafeRawBufferPointer(start: right.utf8Start, count: right.utf8CodeUnitCount))
    }
}
