// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import StateStore
internal import Telemetry

/// The progress of partitions without callbacks to process.
extension Worker where Client: ~Copyable, Store: ~Copyable {
    /// Writes what the tasks were moved to in one transaction, and applies it to their stores. Returns an
    /// outcome only where that failed: the restore that follows finds out what was committed.
    mutating func writeProgress(of moved: [PartitionTask<Store>]) -> StepOutcome? {
        if moved.isEmpty { return nil }
        do throws(BatchFailure) {
            try begin()
            try sendProgressAndCommit(moved)
        } catch {
            for task in moved { task.forgetBatch() }
            return recover(from: error, count: 0, attempt: settings.batchAttempts)
        }
        endFailedAttempts()
        Failpoint.afterProgressCommit.reach()
        for task in moved {
            do throws(StateError) { try apply(task) } catch {
                return recover(from: error, in: task.partition)
            }
        }
        return nil
    }

    private mutating func sendProgressAndCommit(
        _ moved: [PartitionTask<Store>]
    ) throws(BatchFailure) {
        let offsets = moved.map { (partition: $0.partition, position: $0.putProgress()) }
        for task in moved { try produceChanges(of: task, progress: true) }
        try attempt { (worker) throws(ClientError) in try worker.client.sendOffsets(offsets) }
        Failpoint.duringProgressCommit.reachDuringNextCall()
        try commit()
    }

    /// There was nothing to process. From time to time: commits the position where it has passed markers of
    /// transactions, so that Kafka's tools show no lag, and writes a progress that is about to grow old.
    mutating func tendIdlePartitions() throws(ClientError) -> StepOutcome {
        if !waiting.isEmpty, lastLook.duration(to: .now) >= settings.waitInterval {
            lastLook = .now
            if try isWaitOver() {
                enter(.restoring(Restore(assigned)))
                return .progressed
            }
        }
        guard lastIdleCommit.duration(to: .now) >= settings.idleCommitInterval else { return .idle }
        lastIdleCommit = .now
        var moved: [(task: PartitionTask<Store>, progress: PartitionProgress)] = []
        for task in tasks {
            guard let task, var progress = task.progress else { continue }
            let position = try client.callbacksPosition(of: task.partition) ?? progress.next
            let isOld = task.progressWritten.duration(to: .now) >= settings.progressInterval
            guard position > progress.next || isOld else { continue }
            progress.next = max(progress.next, position)
            moved.append((task, progress))
        }
        for (task, progress) in moved { task.move(to: progress) }
        if let outcome = writeProgress(of: moved.map(\.task)) { return outcome }
        return moved.isEmpty ? .idle : .progressed
    }

    private mutating func isWaitOver() throws(ClientError) -> Bool {
        // The later ones wait for all that the first one waits for.
        guard let first = waiting.first else { return false }
        return try countConflict(of: first) == nil
    }
}
