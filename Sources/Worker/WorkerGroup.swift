// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Kafka
public import Payments
internal import StateStore
internal import Synchronization
internal import System
public import Telemetry

/// The workers of one process: each a thread with clients, a record processor and separate stores. They share
/// nothing but the folder of the stores, in which every store is locked by anyone who has it open.
///
/// `run`, `stop` and the readiness may be called from any thread.
public final class WorkerGroup: Sendable {
    public struct Settings: Sendable {
        /// The clients of the process; its `place` is the slot, to which each thread adds its number.
        public var client: KafkaWorkerClient.Settings
        /// The cluster, if it is known before the start; nil if a start-up check finds it (`WorkerService`).
        public var cluster: ClusterFacts?
        /// How many workers.
        public var threads: Int
        /// Where the stores are kept; nil keeps them in memory, to be rebuilt at every start.
        public var stateDirectory: String?
        public var worker = WorkerSettings()
        /// A worker without progress for longer is stuck: not ready.
        public var patience: Duration = .seconds(60)
        /// A worker whose thread has not come back for longer hangs, and the process ends. The group has
        /// given its partitions to others by then.
        public var hangLimit: Duration
        /// The brokers' `transaction.max.timeout.ms`: no transaction may be open for longer.
        public var longestTransaction: Duration = .seconds(900)
        /// Offsets that are withheld for longer than the longest transaction and this are reported.
        public var withheldMargin: Duration = .seconds(60)
        /// How often in a row a worker is built again without a commit in between before the process gives
        /// up.
        public var rebuilds = 10
        /// A thread that made no step for so long makes the process not alive.
        public var stallLimit = Duration.seconds(60)
        /// How long a stop waits for the threads.
        public var stopDeadline = Duration.seconds(20)
        /// Whether every stop leaves the group, so that the partitions move now.
        public var leavesOnStop = false

        public init(
            client: KafkaWorkerClient.Settings, cluster: ClusterFacts? = nil, threads: Int = 1,
            stateDirectory: String? = "state"
        ) {
            self.client = client
            self.cluster = cluster
            self.threads = threads
            self.stateDirectory = stateDirectory
            hangLimit = client.kafka.maxPollInterval
        }

        var withheldLimit: Duration { longestTransaction + withheldMargin }
    }

    let settings: Settings
    let telemetry: WorkerTelemetry
    let log: Log
    let makeProcessor: @Sendable () -> RecordProcessor
    let isStopping = Atomic<Bool>(false)
    private let leaving = Atomic<Bool>(false)
    private let foundCluster: Replaceable<ClusterFacts?>
    /// Keys that replaced those of the processors; nil as long as none did.
    let keys = Replaceable<KeyRing?>(nil)
    package let healths: [WorkerHealth]
    private let running = Mutex(0)
    private let whenEnded: @Sendable (WorkerEnd) -> Void
    private let watchdog: Watchdog
    let transactions: TransactionWatch

    /// - Parameters:
    ///   - makeProcessor: called once on each thread.
    ///   - whenEnded: called from a worker's thread when it is over for good: the process should say why and
    ///     exit with 1. Not called for an orderly stop.
    ///   - tracer: records spans; nil where tracing is off.
    ///   - whenHung: called from a separate thread when a worker hangs. By default it logs one line and ends
    ///     the process with exit code 1.
    public init(
        _ settings: Settings, log: Log, metrics: MetricsRegistry,
        makeProcessor: @escaping @Sendable () -> RecordProcessor,
        whenEnded: @escaping @Sendable (WorkerEnd) -> Void, tracer: Tracer? = nil,
        whenHung: (@Sendable (_ worker: Int, _ hang: WorkerHealth.Hang) -> Void)? = nil
    ) {
        self.settings = settings
        foundCluster = Replaceable(settings.cluster)
        self.log = log
        self.makeProcessor = makeProcessor
        self.whenEnded = whenEnded
        watchdog = Watchdog(limit: settings.hangLimit, end: whenHung ?? Watchdog.endProcess(log))
        let client = settings.client
        telemetry = WorkerTelemetry(
            log: log, metrics: metrics,
            traces: tracer.map { .init($0, topic: client.topics[.callbacks], group: client.group) })
        healths = (0..<settings.threads).map { _ in WorkerHealth() }
        let (watched, cluster) = (healths, foundCluster)
        transactions = TransactionWatch(settings, telemetry: telemetry, log: log) {
            // Partitions that were added later are not processed.
            let count = cluster.current?.partitionCount ?? 0
            return watched.flatMap { $0.readings.current.partitions.keys.filter { $0 < count } }
        }
        addReadings(to: metrics)
    }

    /// Starts the threads and returns. Once.
    ///
    /// - Parameter found: the cluster, if the settings do not contain it.
    public func start(on found: ClusterFacts? = nil) {
        if let found { foundCluster.replace(found) }
        for number in healths.indices {
            running.withLock { $0 += 1 }
            healths[number].noteThread(isRunning: true)
            let thread = OSThread(name: "worker-\(number)") { [self] in
                let end = WorkerThread(self, number, healths[number]).run()
                healths[number].noteThread(isRunning: false)
                running.withLock { $0 -= 1 }
                if let end { whenEnded(end) }
            }
            thread.detach()
        }
        OSThread(name: "transactions") { [self] in
            transactions.run { isStopping.load(ordering: .relaxed) }
        }.detach()
        OSThread(name: "watchdog") { [self] in
            watchdog.run(over: healths) { isStopping.load(ordering: .relaxed) }
        }.detach()
    }

    /// Nil until the cluster is known.
    var knownPartitionCount: Int32? { foundCluster.current?.partitionCount }

    /// The cluster that the workers use.
    var cluster: ClusterFacts {
        guard let cluster = foundCluster.current else {
            preconditionFailure("start() called before the cluster was known")
        }
        return cluster
    }

    /// Whether the workers leave the group when they stop.
    var isLeaving: Bool { settings.leavesOnStop || leaving.load(ordering: .acquiring) }

    /// False if a thread made no step for the stall limit, so that only a restart of the process helps.
    public var isAlive: Bool { !healths.contains { $0.isStalled(for: settings.stallLimit) } }

    /// Why this process is not ready, one sentence for each worker that is not and for each hanging
    /// transaction; empty when it is.
    public var notReadyReasons: [String] {
        transactions.notReadyReasons
            + healths.enumerated().compactMap { number, health in
                health.notReadyReason(patience: settings.patience).map { "worker \(number): \($0)" }
            }
    }

    /// Lets every worker verify by these keys from its next batch on.
    public func replaceKeys(_ ring: KeyRing) { keys.replace(ring) }

    /// Makes the stop leave the group, also while it is under way and a worker has not closed yet.
    public func leaveOnStop() { leaving.store(true, ordering: .releasing) }

    /// Asks every worker to end after the step it is at, and waits.
    ///
    /// - Returns: false if one still runs after `limit`; the process may end all the same, as after a kill.
    @discardableResult
    public func stop(within limit: Duration) -> Bool {
        isStopping.store(true, ordering: .releasing)
        let deadline = ContinuousClock.now + limit
        while running.withLock({ $0 }) > 0 {
            if ContinuousClock.now >= deadline { return false }
            usleep(5_000)
        }
        return true
    }
}
