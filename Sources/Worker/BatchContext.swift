// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import StateStore

/// The check with what it needs for a batch, used again for every record.
struct BatchContext {
    var processor: RecordProcessor
    var receipt = ReceiptHeaders()
    var tally = DecisionTally()
    let now: () -> Timestamp
    private var swept = PaymentState()
    private var sweptBytes: [UInt8] = []

    init(_ processor: consuming RecordProcessor, now: @escaping () -> Timestamp) {
        self.processor = processor
        self.now = now
    }

    /// Takes what an output changes in its payment's state into the batch.
    func remember<Store: PartitionStore & ~Copyable>(_ output: RecordOutput, in task: PartitionTask<Store>) {
        guard let state = output.state else { return }
        let bytes = processor.bytes.span.bytes
        task.changes.put(bytes.extracting(output.key.range), value: bytes.extracting(state.range))
    }

    /// A step of the sweep: expired payment states are trimmed or removed with this batch.
    ///
    /// Time is the partition's newest record time. The clock only holds it back: one record of a broken
    /// producer, dated years ahead, must not make every payment forgotten.
    mutating func sweep<Store: PartitionStore & ~Copyable>(
        _ task: PartitionTask<Store>, limit: Int
    ) throws(BatchFailure) {
        guard let newest = task.newestTimeInBatch, limit > 0 else { return }
        let time = min(newest, now())
        var failure: PaymentStateError?
        do throws(StateError) {
            _ = try task.store.sweep(limit: limit) { key, value in
                if failure != nil
                    || PaymentState.isUnexpired(
                        copy value, at: time, settings: processor.settings.deduplication)
                    || task.changes.contains(key) || PartitionProgress.isKey(copy key)
                {
                    return
                }
                do throws(PaymentStateError) {
                    try expire(copy key, copy value, at: time, in: task)
                } catch {
                    failure = error
                }
            }
        } catch {
            throw .state(error, partition: task.partition)
        }
        if let failure { throw .paymentState(failure, partition: task.partition) }
    }

    private mutating func expire<Store: PartitionStore & ~Copyable>(
        _ key: RawSpan, _ value: RawSpan, at time: Timestamp, in task: PartitionTask<Store>
    ) throws(PaymentStateError) {
        try swept.decode(value)
        switch swept.expire(at: time, settings: processor.settings.deduplication) {
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
    case paymentState(PaymentStateError, partition: Int32)
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
    /// The platform's dates of what is published, in milliseconds.
    private(set) var dates: [Int64] = []
    /// The records' times: when the ingress received them, in milliseconds.
    private(set) var receipts: [Int64] = []

    mutating func removeAll() {
        for index in decisions.indices { decisions[index] = 0 }
        reasons.removeAll(keepingCapacity: true)
        unknownStatuses = 0
        unreadLines = 0
        trimmed = 0
        removed = 0
        dates.removeAll(keepingCapacity: true)
        receipts.removeAll(keepingCapacity: true)
    }

    /// - Parameter time: of the record.
    mutating func count(_ output: RecordOutput, at time: Timestamp) {
        receipts.append(time.milliseconds)
        if let date = output.date { dates.append(date.milliseconds) }
        decisions[Int(output.decision.rawValue)] += 1
        unreadLines += output.unreadLines
        if output.hasUnknownStatus { unknownStatuses += 1 }
        guard output.decision.topic == .review || output.decision.topic == .deadLetter else { return }
        for index in reasons.indices
        where reasons[index].decision == output.decision && isSame(reasons[index].reason, output.reason) {
            reasons[index].count += 1
            return
        }
        reasons.append(Reason(decision: output.decision, reason: output.reason, count: 1))
    }

    private func isSame(_ left: StaticString, _ right: StaticString) -> Bool {
        UnsafeRawBufferPointer(start: left.utf8Start, count: left.utf8CodeUnitCount)
            .elementsEqual(UnsafeRawBufferPointer(start: right.utf8Start, count: right.utf8CodeUnitCount))
    }
}
