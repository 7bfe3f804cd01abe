// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
internal import StateStore
internal import Telemetry

/// A restore under way: from an assignment to payment state that is complete, and a place to start.
///
/// The order is what makes it right. The committed offsets come first, and only once no transaction can
/// change them: the previous owner of the partitions has then finished everything up to those offsets.
/// The changelog's end is asked for after that, open transactions included, so it is behind all of it.
/// Reading committed records up to that end therefore gives every payment state that the offsets presuppose,
/// and the progress that was committed with them. Only then are the two compared (`ProgressComparison`), the
/// start is written, and callbacks are read.
struct Restore {
    /// What is known of one partition.
    struct Entry {
        let partition: Int32
        var committed: CommittedPosition?
        var callbacks = Watermarks(low: 0, high: 0)
        var changelog = Watermarks(low: 0, high: 0)
        /// What an operator accepted before the state store was emptied for it.
        var accepted: ProgressComparison.Start?
    }

    var entries: [Entry]
    /// Where partitions start, once that is written.
    var starts: [(partition: Int32, start: ProgressComparison.Start)] = []
    /// What is not started.
    var standing = PartitionStanding()
    private(set) var stage = RestoreStage.offsets
    /// Where the changelog ended when it was asked, for each partition that has not come to it.
    var goals: [RecordPosition] = []
    /// Stores opened so far.
    var opened = 0
    /// How often a store that another holds was asked for.
    var lockAttempts = 0
    var recordsRead = 0
    let began = ContinuousClock.now
    /// When the log was last reported how far this is.
    private(set) var loggedAt = ContinuousClock.now

    init(_ partitions: [Int32]) {
        entries = partitions.map { Entry(partition: $0) }
    }

    var partitions: [Int32] { entries.map(\.partition) }

    /// Changes the stage.
    mutating func enter(_ next: RestoreStage) { stage.enter(next) }

    /// Whether a second has passed since the log was published how far this is.
    mutating func isLoggedAgain() -> Bool {
        guard loggedAt.duration(to: .now) >= .seconds(1) else { return false }
        loggedAt = .now
        return true
    }
}

extension Worker where Client: ~Copyable, Store: ~Copyable {
    /// The next piece of the restore; between two of them the worker polls, so that a rebalance can
    /// interrupt.
    mutating func restore() throws(ClientError) -> StepOutcome {
        guard case .restoring(var restore) = phase else { return .idle }
        switch restore.stage {
        case .offsets: try beginRestore(&restore)
        case .stores:
            let outcome = try openNextStore(&restore)
            enter(.restoring(restore))
            return outcome
        case .changelog:
            if restore.goals.isEmpty {
                if let outcome = settleStores(&restore) { return outcome }
            } else {
                try client.openChangelog(
                    at: restore.goals.map { goal in
                        let position = tasks[Int(goal.partition)]?.reading.position ?? 0
                        return RecordPosition(partition: goal.partition, offset: position)
                    })
                restore.enter(.reading)
            }
        case .reading:
            Failpoint.duringRestore.reach()
            if let outcome = try readChangelog(&restore) { return outcome }
            if restore.goals.isEmpty { restore.enter(.changelog) }
        case .comparing:
            if let outcome = try compareAndWrite(&restore) { return outcome }
        case .starting: return try start(after: restore)
        }
        enter(.restoring(restore))
        return .progressed
    }

    private mutating func beginRestore(_ restore: inout Restore) throws(ClientError) {
        try client.hold()
        if client.needsNewProducer {
            telemetry.producerReplaced()
            try client.replaceProducer()
        }
        let committed = try client.committedOffsets(of: restore.partitions)
        for index in restore.entries.indices { restore.entries[index].committed = committed[index] }
        restore.enter(.stores)
        telemetry.restoreBegan(restore.entries.count)
    }

    /// Opens one partition's store and finds out how far its changelog goes.
    private mutating func openNextStore(_ restore: inout Restore) throws(ClientError) -> StepOutcome {
        var entry = restore.entries[restore.opened]
        let partition = entry.partition
        entry.changelog = try client.bounds(of: .changelog, partition)
        entry.callbacks = try client.bounds(of: .callbacks, partition)
        do throws(StateError) {
            try prepareStore(entry)
        } catch {
            if case .inUse = error, restore.lockAttempts < settings.lockAttempts {
                restore.lockAttempts += 1
                return .pause(settings.retryPause)
            }
            telemetry.stateFailed(error, partition: partition)
            return .over(WorkerEnd(error))
        }
        if let task = tasks[Int(partition)], task.reading.position < entry.changelog.high {
            restore.goals.append(RecordPosition(partition: partition, offset: entry.changelog.high))
        }
        restore.entries[restore.opened] = entry
        restore.opened += 1
        if restore.opened == restore.entries.count { restore.enter(.changelog) }
        return .progressed
    }

    private mutating func prepareStore(_ entry: Restore.Entry) throws(StateError) {
        let task: PartitionTask<Store>
        if let held = tasks[Int(entry.partition)] {
            task = held
            task.stop()
        } else {
            task = PartitionTask(entry.partition, try openStore(entry.partition))
            telemetry.storeOpened(entry.partition, task.store.output)
            tasks[Int(entry.partition)] = task
        }
        guard let position = task.store.position else { return try beginStore(task, entry.changelog) }
        task.reading = ChangelogReading()
        task.reading.stored = try Self.storedProgress(&task.store)
        // A store that the changelog does not reach, or has moved away from, may be the only copy of what it
        // holds: it is not touched before the changelog has shown that it is whole without it.
        let changelog = entry.changelog
        task.reading.isProbe = position < changelog.low || position > changelog.high
        task.reading.position = task.reading.isProbe ? changelog.low : position
    }

    private static func storedProgress(_ store: inout Store) throws(StateError) -> PartitionProgress? {
        let key = PartitionProgress.key
        var bytes: [UInt8] = []
        guard try store.lookUp(key.span.bytes, into: &bytes) else { return nil }
        do throws(ProgressError) {
            return try PartitionProgress(decoding: bytes.span.bytes)
        } catch {
            throw .damaged("its progress cannot be read: \(error)")
        }
    }

    /// Begins a store that is to be filled from the changelog's beginning.
    func beginStore(_ task: PartitionTask<Store>, _ changelog: Watermarks) throws(StateError) {
        if task.store.position != nil { try task.store.wipe() }
        task.changes.removeAll()
        // From here on the position is one: even an empty changelog has been read up to it.
        try task.store.apply(&task.changes, position: changelog.low)
        task.reading = ChangelogReading()
        task.reading.position = changelog.low
    }

    /// Takes in a chunk; returns an outcome only where the restore cannot go on.
    private mutating func readChangelog(_ restore: inout Restore) throws(ClientError) -> StepOutcome? {
        let tasks = tasks
        var count = 0
        _ = try client.readChangelog { partition, key, value in
            guard let task = tasks[Int(partition)] else { return }
            task.reading.note(key, value, in: partition)
            let isProgress = PartitionProgress.isKey(key)
            if task.reading.isProbe || task.reading.otherFormat != nil { return }
            if !isProgress { count += 1 }
            if let value { task.changes.put(key, value: value) } else { task.changes.remove(key) }
        }
        restore.recordsRead += count
        refuseOtherFormats(&restore)
        var left: [RecordPosition] = []
        var recordsLeft: Int64 = 0
        for goal in restore.goals {
            guard let task = tasks[Int(goal.partition)] else { continue }
            let before = task.reading.position
            let position = max(try client.changelogPosition(of: goal.partition) ?? before, before)
            let isThere = position >= goal.offset
            if isThere || task.changes.byteCount >= settings.restoreChunkBytes {
                task.reading.position = position
                do throws(StateError) {
                    if !task.reading.isProbe { try task.store.apply(&task.changes, position: position) }
                } catch {
                    return recover(from: error, in: goal.partition)
                }
                task.changes.removeAll()
            }
            if !isThere {
                left.append(goal)
                recordsLeft += goal.offset - position
            }
        }
        restore.goals = left
        health.readings.update { $0.restoreOffsetsLeft = recordsLeft }
        if restore.isLoggedAgain() {
            telemetry.restoreProgressed(offsetsLeft: recordsLeft, since: restore.began)
        }
        return nil
    }

    /// Gives up the partitions whose changelog another version wrote. Nothing of the chunk in which that was
    /// found goes to the state store.
    private mutating func refuseOtherFormats(_ restore: inout Restore) {
        for partition in restore.partitions {
            guard let format = tasks[Int(partition)]?.reading.otherFormat else { continue }
            restore.standing.otherFormats.append((partition, format))
            restore.entries.removeAll { $0.partition == partition }
            restore.goals.removeAll { $0.partition == partition }
            tasks[Int(partition)] = nil
        }
    }

    /// All of the changelog is read. Empties state stores that belong to another changelog, which are then
    /// filled.
    private mutating func settleStores(_ restore: inout Restore) -> StepOutcome? {
        for index in restore.entries.indices {
            let entry = restore.entries[index]
            guard let task = tasks[Int(entry.partition)] else { continue }
            if task.reading.isMalformed {
                return .over(
                    .unfit("the progress record of partition \(entry.partition) cannot be read"))
            }
            guard let reason = rebuildReason(&restore.entries[index], task) else { continue }
            telemetry.storeOpened(entry.partition, .rebuild(reason))
            do throws(StateError) {
                try beginStore(task, entry.changelog)
            } catch {
                return recover(from: error, in: entry.partition)
            }
            if entry.changelog.low < entry.changelog.high {
                restore.goals.append(
                    RecordPosition(partition: entry.partition, offset: entry.changelog.high))
            }
        }
        if restore.goals.isEmpty { restore.enter(.comparing) }
        return nil
    }

    /// Why the state store must be filled again; nil where it need not, or must not because it is the only
    /// copy.
    private func rebuildReason(
        _ entry: inout Restore.Entry, _ task: PartitionTask<Store>
    ) -> RebuildReason? {
        let reading = task.reading
        if !reading.isProbe {
            return reading.isReplaced ? .foreign("the changelog was replaced since it was filled") : nil
        }
        if let position = task.store.position, position < entry.changelog.low {
            return reading.progress == nil ? nil : .belowLog
        }
        if reading.isReplaced { return .foreign("the changelog was replaced since it was filled") }
        let comparison = comparison(of: entry, task, isStateEmpty: false)
        switch comparison.outcome(accepting: settings.accepted, epoch: context.now().milliseconds) {
        case .start(let start):
            entry.accepted = start
            return .foreign("the loss of the changelog was accepted")
        case .refuse, .wait: return nil
        }
    }
}
