// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import StateStore

/// One partition of a worker: its payment states, and what the open batch changes in it.
///
/// A class only because a `~Copyable` store cannot be an array's element; it never leaves the worker's
/// thread.
final class PartitionTask<Store: PartitionStore & ~Copyable> {
    let partition: Int32
    var store: Store
    /// What the open batch changed: visible to its later records, written to the changelog at its end,
    /// applied to the store only once the transaction is committed. During a restore: what was read and not
    /// yet applied.
    var changes = ChangeSet()
    /// The newest record time of the batches committed here.
    private var newestTime: Timestamp?
    /// The same with the open batch's, which counts only once that is committed: if it is dropped, fewer
    /// records may come with the next one, and expiry must never run ahead of the record that is decided.
    private(set) var newestTimeInBatch: Timestamp?
    /// The oldest record time of the open batch; nil without a record of it.
    private(set) var oldestTimeInBatch: Timestamp?
    /// Records of the open batch that are in this partition.
    private(set) var recordsInBatch = 0
    /// The first record of the open batch that publishes something, by its index; nil before it is decided.
    var firstPublished: Int?
    /// The progress of the last committed transaction; nil while the partition is not processed here.
    private(set) var progress: PartitionProgress?
    /// The same with the open transaction's.
    private var progressInBatch: PartitionProgress?
    /// When a transaction last carried the progress.
    private(set) var progressWritten = ContinuousClock.now
    /// What the restore has read of the changelog.
    var reading = ChangelogReading()
    /// Why the last look-up failed.
    var failure: StateError?

    init(_ partition: Int32, _ store: consuming Store) {
        self.partition = partition
        self.store = store
    }

    /// The payment's state as the batch has left it so far.
    func lookUp(_ key: RawSpan, into state: inout [UInt8]) throws(PaymentStateError) -> Bool {
        switch changes.copyValue(of: key, into: &state) {
        case .value: return true
        case .removed: return false
        case .untouched: break
        }
        do {
            return try store.lookUp(key, into: &state)
        } catch {
            failure = error
            throw .unavailable
        }
    }

    /// Takes up a record of the open batch.
    func note(_ position: RecordPosition, _ time: Timestamp) {
        recordsInBatch += 1
        newestTimeInBatch = max(newestTimeInBatch ?? time, time)
        oldestTimeInBatch = min(oldestTimeInBatch ?? time, time)
        progressInBatch?.next = position.offset + 1
    }

    /// How many partitions the topics had when this one was first processed.
    var partitionCount: Int32 {
        guard let progress else { preconditionFailure("partition \(partition) is not processed here") }
        return progress.partitionCount
    }

    /// The offset after the open batch's last record.
    var nextInBatch: Int64? { progressInBatch?.next }

    /// Makes `progress` part of the open transaction.
    func move(to progress: PartitionProgress) { progressInBatch = progress }

    /// Adds the progress to the changes of the open transaction. The offset to commit with it.
    func putProgress() -> CommittedPosition {
        guard let progressInBatch else {
            preconditionFailure(
                "putProgress() called for partition \(partition), which is not processed here")
        }
        let (key, value) = (PartitionProgress.key, progressInBatch.bytes)
        changes.put(key.span.bytes, value: value.span.bytes)
        return CommittedPosition(
            offset: progressInBatch.next,
            metadata: OffsetMetadata(partitionCount: progressInBatch.partitionCount))
    }

    /// The open transaction was committed, and its changes are in the store.
    func keepBatch() {
        newestTime = newestTimeInBatch
        progress = progressInBatch
        progressWritten = .now
        forgetBatch()
    }

    /// The partition is not processed until a restore says where.
    func stop() {
        progress = nil
        forgetBatch()
    }

    /// Forgets what the open batch did: an aborted batch leaves no trace.
    func forgetBatch() {
        changes.removeAll()
        newestTimeInBatch = newestTime
        oldestTimeInBatch = nil
        progressInBatch = progress
        recordsInBatch = 0
        firstPublished = nil
    }
}
