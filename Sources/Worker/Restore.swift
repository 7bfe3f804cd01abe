internal import Payments
internal import State

/// A restore under way: from an assignment to memory that is whole.
///
/// The order is what makes it right. The committed offsets come first, and only once no transaction can change
/// them: whoever owned the partitions before has then finished everything those offsets stand for. The
/// changelog's end is asked for after that, open transactions included, so it lies behind all of it. Reading
/// committed records up to that end therefore gives every memory that the offsets presuppose.
struct Restore {
    enum Stage {
        case offsets
        case tables
        case changelog
        case reading
    }

    let partitions: [Int32]
    var stage = Stage.offsets
    /// The committed input offsets, in the order of `partitions`.
    var offsets: [Int64?] = []
    /// Where the changelog ended when it was asked, for each partition that has not come to it.
    var goals: [PartitionPosition] = []
    /// Tables opened so far.
    var opened = 0
    /// How often a table that another holds was asked for.
    var lockAttempts = 0
    var recordsRead = 0
    let began = ContinuousClock.now
    /// When the log was last told how far this is.
    private(set) var toldAt = ContinuousClock.now

    init(_ partitions: [Int32]) {
        self.partitions = partitions
    }

    /// Whether a second has passed since the log was told how far this is.
    mutating func isToldAgain(now: ContinuousClock.Instant = .now) -> Bool {
        guard toldAt.duration(to: now) >= .seconds(1) else { return false }
        toldAt = now
        return true
    }
}

extension Worker where Client: ~Copyable, Memory: ~Copyable {
    /// The next piece of the restore; between two of them the worker polls, so that a rebalance can interrupt.
    mutating func restore() throws(ClientError) -> StepOutcome {
        guard case .restoring(var restore) = phase else { return .idle }
        switch restore.stage {
        case .offsets:
            try client.hold()
            if client.needsNewProducer {
                telemetry.producerReplaced()
                try client.replaceProducer()
            }
            restore.offsets = try client.committedOffsets(of: restore.partitions)
            restore.stage = .tables
            telemetry.restoreBegan(restore.partitions.count)
        case .tables:
            let partition = restore.partitions[restore.opened]
            let outcome = try openTable(of: partition, &restore)
            phase = .restoring(restore)
            return outcome
        case .changelog:
            if restore.goals.isEmpty { return try start(after: restore) }
            try client.openChangelog(
                at: restore.goals.map { goal in
                    let position = tasks[Int(goal.partition)]?.table.position ?? 0
                    return PartitionPosition(partition: goal.partition, offset: position)
                })
            restore.stage = .reading
        case .reading:
            Failpoint.duringRestore.reach()
            if let outcome = try readChangelog(&restore) { return outcome }
            if restore.goals.isEmpty { return try start(after: restore) }
        }
        phase = .restoring(restore)
        return .progressed
    }

    /// Opens one partition's table and finds out how far its changelog goes.
    private mutating func openTable(
        of partition: Int32, _ restore: inout Restore
    ) throws(ClientError) -> StepOutcome {
        let bounds = try client.changelogBounds(of: partition)
        let position: Int64
        do throws(StateError) {
            position = try openTable(of: partition, bounds)
        } catch {
            if case .inUse = error, restore.lockAttempts < settings.lockAttempts {
                restore.lockAttempts += 1
                return .pause(settings.retryPause)
            }
            telemetry.stateFailed(error, partition: partition)
            return .over(WorkerEnd(error))
        }
        if position < bounds.high {
            restore.goals.append(PartitionPosition(partition: partition, offset: bounds.high))
        }
        restore.opened += 1
        if restore.opened == restore.partitions.count { restore.stage = .changelog }
        return .progressed
    }

    /// The table's position, which afterwards lies inside the log.
    private mutating func openTable(of partition: Int32, _ bounds: OffsetBounds) throws(StateError) -> Int64 {
        let task: PartitionTask<Memory>
        if let held = tasks[Int(partition)] {
            task = held
            task.forgetBatch()
            if let position = task.table.position, position < bounds.low {
                telemetry.tableOpened(partition, .rebuild(.belowLog))
                try task.table.wipe()
            }
        } else {
            task = PartitionTask(partition, try openTable(partition, bounds.low))
            telemetry.tableOpened(partition, task.table.verdict)
            tasks[Int(partition)] = task
        }
        // A log that ends before the table is another log than the one the table was filled from.
        if let position = task.table.position, position > bounds.high {
            telemetry.tableOpened(partition, .rebuild(.foreign("it is ahead of the changelog")))
            try task.table.wipe()
        }
        if let position = task.table.position { return position }
        // From here on the position is one: even an empty changelog has been read up to it.
        try task.table.apply(&task.changes, position: bounds.low)
        return bounds.low
    }

    /// Takes in a chunk; returns an outcome only where the restore cannot go on.
    private mutating func readChangelog(_ restore: inout Restore) throws(ClientError) -> StepOutcome? {
        let tasks = tasks
        var otherFormat: (format: UInt8, partition: Int32)?
        restore.recordsRead += try client.readChangelog { partition, key, value in
            guard let task = tasks[Int(partition)] else { return }
            if let value, let format = PaymentState.otherFormat(of: value) {
                otherFormat = (format, partition)
            }
            if let value { task.changes.put(key, value: value) } else { task.changes.remove(key) }
        }
        if let otherFormat {
            return .over(.otherStateFormat(otherFormat.format, partition: otherFormat.partition))
        }
        var left: [PartitionPosition] = []
        var recordsLeft: Int64 = 0
        for goal in restore.goals {
            guard let task = tasks[Int(goal.partition)] else { continue }
            let before = task.table.position ?? 0
            let position = max(try client.changelogPosition(of: goal.partition) ?? before, before)
            let isThere = position >= goal.offset
            if isThere || task.changes.byteCount >= settings.restoreChunkBytes {
                do throws(StateError) {
                    try task.table.apply(&task.changes, position: position)
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
        telemetry.restoreProgressed(
            recordsLeft: recordsLeft, since: restore.began, isLogged: restore.isToldAgain())
        return nil
    }

    private mutating func start(after restore: Restore) throws(ClientError) -> StepOutcome {
        client.closeChangelog()
        try client.start(at: zip(restore.partitions, restore.offsets).map { (partition: $0, offset: $1) })
        phase = .running
        telemetry.restoreEnded(
            partitions: restore.partitions.count, records: restore.recordsRead, since: restore.began)
        showPhase()
        return .progressed
    }
}
