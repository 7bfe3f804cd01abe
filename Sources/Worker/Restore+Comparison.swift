// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
internal import StateStore

/// The end of a restore: where each partition starts, and which do not.
extension Worker where Client: ~Copyable, Store: ~Copyable {
    /// Compares, and writes the starts in one transaction. Returns an outcome only where the restore has to
    /// begin again.
    mutating func compareAndWrite(_ restore: inout Restore) throws(ClientError) -> StepOutcome? {
        let otherFormats = restore.standing.otherFormats.map(\.partition)
        precondition(
            (restore.partitions + otherFormats).sorted() == assigned.sorted(),
            "a restore ended that is not of the assignment")
        client.closeChangelog()
        var comparisons: [ProgressComparison] = []
        for entry in restore.entries {
            guard let task = tasks[Int(entry.partition)] else { continue }
            do throws(StateError) {
                comparisons.append(try makeComparison(of: entry, task))
            } catch {
                return recover(from: error, in: entry.partition)
            }
        }
        try addOutputsAndCounts(to: &comparisons)
        let epoch = context.now().milliseconds
        for (entry, comparison) in zip(restore.entries, comparisons) {
            let outcome = entry.accepted.map { ProgressComparison.Outcome.start($0) }
            switch outcome ?? comparison.outcome(accepting: settings.accepted, epoch: epoch) {
            case .start(let start): restore.starts.append((entry.partition, start))
            case .refuse(let refusal): restore.standing.refusals.append((entry.partition, refusal))
            case .wait(let conflict): restore.standing.waits.append((entry.partition, conflict))
            }
        }
        restore.standing.note(
            restore.starts.map(\.start.progress.partitionCount), unknown: unknownPartitions,
            client.partitionCount)
        restore.enter(.starting)
        return writeStarts(of: restore)
    }

    /// Lets callbacks arrive. When it is tried again nothing is compared again: the changelog has moved on.
    mutating func start(after restore: Restore) throws(ClientError) -> StepOutcome {
        try client.start(
            at: restore.starts.map {
                RecordPosition(partition: $0.partition, offset: $0.start.progress.next)
            })
        for (partition, start) in restore.starts { telemetry.started(partition, start) }
        end(restore, restore.standing)
        return .progressed
    }

    private mutating func end(_ restore: Restore, _ standing: PartitionStanding) {
        health.noteReading(failure: nil)
        waiting = standing.waits.map(\.partition)
        lastLook = .now
        telemetry.restoreEnded(
            partitions: restore.entries.count, records: restore.recordsRead, since: restore.began)
        for refusal in standing.refusals { telemetry.refused(refusal.refusal) }
        for _ in standing.otherFormats { telemetry.refusedOtherFormat() }
        let reasons = standing.reasons
        for reason in reasons { telemetry.notProcessed(reason) }
        health.note(reasons: reasons)
        noteStarts(of: restore)
        enter(.running)
    }

    private mutating func writeStarts(of restore: Restore) -> StepOutcome? {
        var moved: [PartitionTask<Store>] = []
        for (partition, start) in restore.starts {
            guard let task = tasks[Int(partition)] else { continue }
            // The store was kept, and is not needed: the changelog has nothing to fill it with.
            if task.reading.isProbe, let entry = restore.entries.first(where: { $0.partition == partition }) {
                let end = Watermarks(low: entry.changelog.high, high: entry.changelog.high)
                do throws(StateError) {
                    try beginStore(task, end)
                } catch {
                    return recover(from: error, in: partition)
                }
            }
            task.move(to: start.progress)
            moved.append(task)
        }
        return writeProgress(of: moved)
    }

    private func makeComparison(
        of entry: Restore.Entry, _ task: PartitionTask<Store>
    ) throws(StateError) -> ProgressComparison {
        var isStateEmpty = !task.reading.hasPayments
        if !task.reading.isProbe, isStateEmpty, task.reading.newest == nil {
            let key = PartitionProgress.key
            isStateEmpty = try task.store.isEmpty(but: key.span.bytes)
        }
        return comparison(of: entry, task, isStateEmpty: isStateEmpty)
    }

    /// Without what only a partition without progress needs.
    func comparison(
        of entry: Restore.Entry, _ task: PartitionTask<Store>, isStateEmpty: Bool
    ) -> ProgressComparison {
        let position = task.store.position ?? entry.changelog.low
        let isBelow = position < entry.changelog.low
        // Only a store that did not fit when it was opened. A restore reads past the end that it asked for,
        // where the marker of a transaction came after that.
        let isAhead = task.reading.isProbe && !isBelow
        return ProgressComparison(
            partition: entry.partition, partitionCount: client.partitionCount, committed: entry.committed,
            progress: isBelow ? task.reading.progress : task.reading.newest,
            callbacksLow: entry.callbacks.low, callbacksHigh: entry.callbacks.high,
            changelogHigh: entry.changelog.high, storePosition: isAhead ? position : nil,
            isStateEmpty: isStateEmpty, keys: task.reading.keys)
    }

    private mutating func addOutputsAndCounts(
        to comparisons: inout [ProgressComparison]
    ) throws(ClientError) {
        let fresh = comparisons.indices.filter { comparisons[$0].progress == nil }
        if fresh.isEmpty { return }
        for index in fresh {
            var isEmpty = true
            for topic in [Topic.status, .review, .deadLetter] where isEmpty {
                isEmpty = try client.bounds(of: topic, comparisons[index].partition).high == 0
            }
            comparisons[index].areOutputsEmpty = isEmpty
        }
        // Those that start with this transaction need not wait for one another.
        let starting = fresh.map { comparisons[$0].partition }
        for index in fresh {
            comparisons[index].countConflict = try countConflict(
                of: comparisons[index].partition, startingTogether: starting)
        }
    }

    /// A partition that shows that the topics had another partition count before, or may have had.
    ///
    /// Partitions are only ever added behind the others. So it is enough to wait for those before this one,
    /// and two partitions never wait for each other.
    mutating func countConflict(
        of partition: Int32, startingTogether starting: [Int32] = []
    ) throws(ClientError) -> ProgressComparison.CountConflict? {
        let all = Array(0..<client.partitionCount)
        let committed = try client.committedOffsets(of: all)
        for (other, found) in zip(all, committed) {
            if let count = found?.metadata?.partitionCount, count != client.partitionCount {
                return ProgressComparison.CountConflict(partition: other, count: count)
            }
        }
        for (other, found) in zip(all, committed)
        where other < partition && found?.metadata == nil && !starting.contains(other) {
            let changelog = try client.bounds(of: .changelog, other)
            if changelog.low < changelog.high {
                return ProgressComparison.CountConflict(partition: other, count: nil)
            }
        }
        return nil
    }
}

/// What of an assignment is not processed, and why.
struct PartitionStanding {
    var refusals: [(partition: Int32, refusal: ProgressComparison.Refusal)] = []
    var waits: [(partition: Int32, conflict: ProgressComparison.CountConflict)] = []
    /// Partitions whose changelog another version wrote.
    var otherFormats: [(partition: Int32, format: String)] = []
    private var countReason: String?
    private var topicCount: Int32 = 0

    /// - Parameters:
    ///   - counts: with which partitions are processed.
    ///   - unknown: assigned partitions beyond the count that the worker started with.
    mutating func note(_ counts: [Int32], unknown: [Int32], _ topicCount: Int32) {
        self.topicCount = topicCount
        if !unknown.isEmpty {
            let names = unknown.map { "\($0)" }.joined(separator: ", ")
            countReason =
                "partitions were added to the callbacks topic: \(names) are not processed, the "
                + "\(topicCount) before them go on. \(PartitionCountChange.procedure)"
        } else if let known = counts.first(where: { $0 != topicCount }) {
            countReason =
                "the topics have \(topicCount) partitions and were processed with \(known): the \(known) go on, those "
                + "that were added are not processed. \(PartitionCountChange.procedure)"
        }
    }

    /// Why the worker is not ready, each a sentence with what to do.
    var reasons: [String] {
        var reasons = refusals.map { "partition \($0.partition): \($0.refusal.fact)" }
        let flags = AcceptedLosses.flags(for: refusals)
        if refusals.count == 1 {
            reasons = refusals.map(\.refusal.description)
        } else if !flags.isEmpty {
            reasons.append("to accept all of it, start with \(flags.joined(separator: " or "))")
        }
        reasons += otherFormats.map { ChangelogFormat.reason($0.partition, found: $0.format) }
        reasons += waits.map { PartitionCountChange.waiting($0.partition, of: topicCount, for: $0.conflict) }
        if let countReason { reasons.append(countReason) }
        return reasons
    }
}
