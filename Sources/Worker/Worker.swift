// SPDX-License-Identifier: Apache-2.0
public import Payments
public import StateStore
internal import Telemetry

/// One thread owns everything: a member of the group, a transactional producer and the payment states of its
/// partitions. The thread calls `step` again and again; a simulation calls it too, for several workers in
/// turn.
///
/// The policy, which nothing else decides:
///
/// 1. *Fill.* Wait for the first record, then take what has already arrived, bounded by count and bytes. So
///    an idle worker commits immediately, and under load batches grow automatically. Rebalances happen here
///    alone: no transaction is open, and a rebalance drops the batch.
/// 2. *Decide* each record and produce what it publishes inside one transaction, which begins with the
///    progress of its partitions. A decision sees those before it in its partition. Then a step of the sweep,
///    then one changelog record for each payment state that changed.
/// 3. *Send the offsets* with the group's newest metadata, then *commit*. Nothing was published before.
/// 4. *Apply* to the local store, with a changelog position at most as new as the data. Only after the
///    commit, so the store never knows what readers do not.
/// 5. An error that asks for an abort: abort, keep the batch, try it again, a bounded number of times. Every
///    other error drops the batch, and a batch is only ever dropped by going through a restore, which starts
///    again from the committed offsets: what was dropped is read again, what was committed is not.
/// 6. *Restore*, after every assignment: the committed offsets first, then the changelog's end, then the
///    changelog up to it, then compare its progress with the offsets (`ProgressComparison`), write the start,
///    then start (`Restore`). Nothing is decided from payment states that are not whole, and a partition
///    whose progress and offsets contradict each other is not started.
///
/// No transaction is opened for an empty batch, and none is open when a step begins or ends.
public struct Worker<Client: WorkerClient & ~Copyable, Store: PartitionStore & ~Copyable>: ~Copyable {
    /// Opens a partition's store.
    public typealias StoreOpening = (_ partition: Int32) throws(StateError) -> Store

    var client: Client
    let settings: WorkerSettings
    let openStore: StoreOpening
    let telemetry: WorkerTelemetry
    let health: WorkerHealth
    var context: BatchContext
    /// Changed by `enter` alone.
    private(set) var phase = Phase.joining
    /// By partition. Stores of revoked partitions are kept until the next assignment says who owns them.
    var tasks: [PartitionTask<Store>?]
    /// What the group has assigned to this worker, within the partitions that the topics had at its start.
    private(set) var assigned: [Int32] = []
    /// What it has assigned beyond those: partitions that were added since.
    private(set) var unknownPartitions: [Int32] = []
    /// Assigned partitions that wait until the partition count is confirmed, in ascending order.
    var waiting: [Int32] = []
    /// What the open transaction commits.
    var offsets: [(partition: Int32, position: CommittedPosition)] = []
    /// When the waiting partitions were last looked at.
    var lastLook = ContinuousClock.now
    /// When the positions of idle partitions were last looked at.
    var lastIdleCommit = ContinuousClock.now
    /// When an idle worker last wrote its readings.
    var lastReading = ContinuousClock.now
    /// When the size of the state was last read.
    var sizedAt: ContinuousClock.Instant?
    /// When the open transaction began; nil without one.
    var transactionBegan: ContinuousClock.Instant?
    /// When the last transaction began, by `clock`; nil before the first.
    var lastTransactionBegan: Duration?
    /// Batches dropped, producers replaced and restores begun again since the last commit.
    var recoveries = 0
    /// When another producer took this one's id.
    var fencings: RecentCount
    /// Time since any fixed moment; it never goes back.
    let clock: () -> Duration
    /// What a topic or the cluster refuses, since the last commit.
    var refusals = Refusals()
    /// At batches, since the last commit.
    var failedAttempts = FailedAttempts()
    /// Calls outside a transaction that failed since the last one that did not.
    var failedCalls = 0
    /// The recorded callbacks of the batch; nil where tracing is off.
    var trace: BatchTrace?
    /// Transactions committed.
    public internal(set) var commits = 0

    /// - Parameters:
    ///   - client: already subscribed; its first assignment comes with a later step.
    ///   - health: what the management endpoint reads of this worker.
    ///   - now: the time of day.
    ///   - clock: time since any fixed moment; it never goes back.
    public init(
        _ client: consuming Client, processor: consuming RecordProcessor,
        settings: WorkerSettings = WorkerSettings(), telemetry: WorkerTelemetry, health: WorkerHealth,
        now: @escaping () -> Timestamp, clock: @escaping () -> Duration, openStore: @escaping StoreOpening
    ) {
        tasks = (0..<Int(client.partitionCount)).map { _ in nil }
        context = BatchContext(processor, now: now)
        self.client = client
        self.settings = settings
        self.telemetry = telemetry
        trace = telemetry.traces.map(BatchTrace.init)
        self.health = health
        self.openStore = openStore
        self.clock = clock
        fencings = RecentCount(limit: settings.fencingLimit, window: settings.fencingWindow)
        if health.isBlocked { refusals.goOn(at: clock()) }
        if health.hasFailingBatches { failedAttempts.goOn(at: clock()) }
    }

    /// Does one thing: a poll with what it brought, an attempt at a batch, or a piece of a restore.
    public mutating func step() -> StepOutcome {
        health.begin(activity)
        let outcome = takeStep()
        health.endActivity()
        switch outcome {
        case .progressed, .idle:
            failedCalls = 0
            health.noteProgress()
        case .pause: break
        case .over(let end): health.note(end)
        }
        return outcome
    }

    private mutating func takeStep() -> StepOutcome {
        switch phase {
        case .running, .retrying:
            if client.needsNewProducer { return replaceProducerBeforeNextBatch() }
        case .joining, .spare, .restoring: break
        }
        if case .retrying(let count, let attempt) = phase {
            enter(.running)
            return publish(count, attempt: attempt + 1)
        }
        if case .running = phase, let rest = timeToNextTransaction { return .pause(rest) }
        do throws(ClientError) {
            let count = try client.fill(first: wait, limit: settings.batch)
            let events = client.takeAssignmentChanges()
            guard events.isEmpty else {
                take(up: events)
                return .progressed
            }
            switch phase {
            case .joining, .retrying: return .idle
            case .spare:
                endOldRefusals()
                if lastIdleCommit.duration(to: .now) >= settings.idleCommitInterval { lookForCallbacks() }
                return .idle
            case .restoring: return try restore()
            case .running: return count == 0 ? try rest() : publish(count, attempt: 1)
            }
        } catch {
            return recover(from: error)
        }
    }

    /// Nil where the next transaction is due. Records wait in librdkafka meanwhile and come as one batch.
    private var timeToNextTransaction: Duration? {
        guard settings.commitInterval > .zero, let lastTransactionBegan else { return nil }
        let rest = settings.commitInterval - (clock() - lastTransactionBegan)
        return rest > .zero ? rest : nil
    }

    /// There is nothing to decide: what the stores hold is written, so that a kill costs the next start
    /// nothing.
    private mutating func rest() throws(ClientError) -> StepOutcome {
        endOldRefusals()
        for case let task? in tasks {
            do throws(StateError) {
                try task.store.flush()
            } catch {
                return recover(from: error, in: task.partition)
            }
        }
        try noteIdleReadings()
        return try tendIdlePartitions()
    }

    /// A restore has other work to wait for.
    private var wait: Duration {
        if case .restoring = phase { .zero } else { settings.idleWait }
    }

    private mutating func take(up events: [AssignmentEvent]) {
        Failpoint.duringRebalance.reach()
        client.closeChangelog()
        for event in events {
            telemetry.assignmentChanged(event)
            switch event {
            case .revoked:
                endFailedAttempts()
                health.readings.own([])
                assigned = []
                unknownPartitions = []
                enter(.joining)
            case .assigned(let partitions):
                health.readings.own(partitions)
                assigned = partitions.filter { $0 < client.partitionCount }
                unknownPartitions = partitions.filter { $0 >= client.partitionCount }
                for index in tasks.indices where !partitions.contains(Int32(index)) { tasks[index] = nil }
                takeUpAssignment()
            }
        }
    }

    /// Each assignment replaces the one before, so it begins where the first one does.
    private mutating func takeUpAssignment() {
        enter(.joining)
        waiting = []
        if assigned.isEmpty {
            var standing = PartitionStanding()
            standing.note([], unknown: unknownPartitions, client.partitionCount)
            health.note(reasons: standing.reasons)
            health.readings.update { state in
                for partition in unknownPartitions { state.partitions[partition]?.isRefused = true }
            }
            for reason in standing.reasons { telemetry.notProcessed(reason) }
            lookForCallbacks()
            enter(.spare)
        } else {
            enter(.restoring(Restore(assigned)))
        }
    }

    /// What a step does, as the watchdog names it.
    private var activity: WorkerHealth.Activity {
        switch phase {
        case .joining: .joining
        case .spare: .polling
        case .restoring: .restoring
        case .running: .running
        case .retrying: .retrying
        }
    }

    /// Enters a phase, and shows the readiness that goes with it. Every change of the phase is made here.
    mutating func enter(_ next: Phase) {
        var name = phase.name
        name.enter(next.name)
        phase = next
        showPhase()
    }

    /// The readiness that goes with the phase.
    func showPhase() {
        switch phase {
        case .joining: health.show(.joining)
        case .restoring: health.show(.restoring)
        case .spare, .running, .retrying: health.show(.ready)
        }
    }

    /// Ends orderly: nothing is open between two steps, so nothing is lost.
    ///
    /// - Parameters:
    ///   - isLeaving: whether the partitions go to the other members now. A static member that only closes
    ///     keeps them until the session timeout, so that a restart moves nothing.
    ///   - limit: for each of leaving and closing.
    public consuming func close(leaving isLeaving: Bool = false, within limit: Duration = .seconds(10)) {
        health.readings.own([])
        client.closeChangelog()
        // If that fails, the next start reads more of the changelog.
        for task in tasks { try? task?.store.flush() }
        // Closed before the partitions move: the next owner may be a process that uses the same folder.
        for index in tasks.indices { tasks[index] = nil }
        if isLeaving { telemetry.left(client.leave(within: limit)) }
        telemetry.closed()
        client.close(within: limit)
    }
}
