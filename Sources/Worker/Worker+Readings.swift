// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
internal import StateStore

/// What the worker's thread writes for the scrapes.
extension Worker where Client: ~Copyable, Store: ~Copyable {
    /// After a commit.
    mutating func noteReadings(at time: Timestamp, _ instant: ContinuousClock.Instant) {
        health.readings.update { state in
            for case let task? in tasks where task.recordsInBatch > 0 {
                var partition = state.partitions[task.partition] ?? .init()
                partition.lastCommit = time
                let lag = task.nextInBatch.flatMap { next in
                    client.callbacksEnd(of: task.partition).map { max(0, $0 - next) }
                }
                // What follows was received after the records of this batch, and is older than none of them.
                partition.note(lag: lag ?? partition.lag, oldest: task.newestTimeInBatch)
                state.partitions[task.partition] = partition
            }
        }
        noteStateSize(at: instant)
    }

    /// After an attempt that failed: its records are still unprocessed.
    func noteFailedBatch() {
        health.readings.update { state in
            for task in tasks {
                guard let task, let oldest = task.oldestTimeInBatch else { continue }
                state.partitions[task.partition]?.oldestUnprocessed = oldest
            }
        }
    }

    /// At the end of a restore.
    func noteStarts(of restore: Restore) {
        let refused = Set(
            restore.standing.refusals.map(\.partition) + restore.standing.waits.map(\.partition))
        let unread = unknownPartitions + restore.standing.otherFormats.map(\.partition)
        health.readings.update { state in
            state.restoreOffsetsLeft = 0
            for entry in restore.entries {
                let start = restore.starts.first { $0.partition == entry.partition }?.start.progress.next
                let next = start ?? entry.committed?.offset ?? entry.callbacks.low
                var partition = state.partitions[entry.partition] ?? .init()
                partition.isRefused = refused.contains(entry.partition)
                partition.note(lag: max(0, entry.callbacks.high - next), oldest: nil)
                state.partitions[entry.partition] = partition
            }
            for partition in unread { state.partitions[partition]?.isRefused = true }
        }
    }

    /// While there is nothing to process, once a second: offsets that the consumer has not passed are markers
    /// that it is about to pass, records that have not arrived yet, or withheld by an open transaction.
    mutating func noteIdleReadings() throws(ClientError) {
        let instant = ContinuousClock.now
        guard lastReading.duration(to: instant) >= .seconds(1) else { return }
        lastReading = instant
        let now = context.now()
        var lags: [(partition: Int32, lag: Int64)] = []
        for task in tasks {
            guard let task, let progress = task.progress,
                let end = client.callbacksEnd(of: task.partition)
            else { continue }
            let position = try client.callbacksPosition(of: task.partition) ?? progress.next
            lags.append((task.partition, max(0, end - max(position, progress.next))))
        }
        health.readings.update { state in
            for (partition, lag) in lags {
                // A record that comes to an idle worker has just been written.
                let oldest = state.partitions[partition]?.oldestUnprocessed ?? now
                state.partitions[partition]?.note(lag: lag, oldest: oldest)
            }
        }
        sizedAt = nil
        noteStateSize(at: instant)
    }

    /// Once a second at most: counting asks every store.
    private mutating func noteStateSize(at instant: ContinuousClock.Instant) {
        if let sizedAt, sizedAt.duration(to: instant) < .seconds(1) { return }
        sizedAt = instant
        var payments = 0
        var bytes = 0
        for case let task? in tasks {
            let size = task.store.size
            // One entry is the progress.
            payments += max(0, size.entryCount - 1)
            bytes += size.byteCount
        }
        health.readings.update { ($0.payments, $0.stateBytes) = (payments, bytes) }
    }
}
