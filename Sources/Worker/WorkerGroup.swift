internal import Glibc
internal import Kafka
public import Payments
internal import StateStore
internal import Synchronization
public import Telemetry

/// The workers of one process: each a thread with clients, a record processor and separate tables. They share
/// nothing but the folder of the tables, in which every table is locked by anyone who has it open.
///
/// `run`, `stop` and the readiness may be called from any thread.
public final class WorkerGroup: Sendable {
    public struct Settings: Sendable {
        /// The clients of the process; its `place` is the slot, to which each thread adds its number.
        public var client: KafkaWorkerClient.Settings
        /// What the start-up check found.
        public var cluster: ClusterFacts
        /// How many workers.
        public var threads: Int
        /// Where the tables are kept; nil keeps them in memory, to be rebuilt at every start.
        public var stateDirectory: String?
        public var worker = WorkerSettings()
        /// A worker without progress for longer is stuck: not ready.
        public var patience: Duration = .seconds(60)
        /// A worker whose thread has not come back for longer hangs, and the process ends. The group has
        /// given its partitions to others by then.
        public var hangLimit: Duration
        /// How often in a row a worker is built again without a commit in between before the process gives
        /// up.
        public var rebuilds = 10

        public init(
            client: KafkaWorkerClient.Settings, cluster: ClusterFacts, threads: Int = 1,
            stateDirectory: String? = "state"
        ) {
            self.client = client
            self.cluster = cluster
            self.threads = threads
            self.stateDirectory = stateDirectory
            hangLimit = client.kafka.maxPollInterval
        }
    }

    let settings: Settings
    let telemetry: WorkerTelemetry
    let log: Log
    let makeProcessor: @Sendable () -> RecordProcessor
    let isStopping = Atomic<Bool>(false)
    /// Keys that replaced those the checks were made with, and how often that happened.
    private let keys = Mutex<KeyRing?>(nil)
    private let keysEdition = Atomic<Int>(0)
    private let healths: [WorkerHealth]
    private let running = Mutex(0)
    private let whenEnded: @Sendable (WorkerEnd) -> Void
    private let watchdog: Watchdog

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
        self.log = log
        self.makeProcessor = makeProcessor
        self.whenEnded = whenEnded
        watchdog = Watchdog(limit: settings.hangLimit, end: whenHung ?? Watchdog.endProcess(log))
        let client = settings.client
        telemetry = WorkerTelemetry(
            log: log, metrics: metrics,
            traces: tracer.map { .init($0, topic: client.topics[.callbacks], group: client.group) })
        healths = (0..<settings.threads).map { _ in WorkerHealth() }
        let healths = healths
        let patience = settings.patience
        metrics.gauge(
            "tidings_worker_ready_threads", help: "Workers in the group whose memory is whole.",
            reading: { healths.count { $0.notReadyReason(patience: patience) == nil } })
        metrics.gauge(
            "tidings_worker_partitions_refused",
            help: "Assigned partitions that are not processed, because that could lose or double callbacks.",
            reading: { healths.reduce(0) { $0 + $1.refusedPartitions } })
    }

    /// Starts the threads and returns.
    public func start() {
        for number in healths.indices {
            running.withLock { $0 += 1 }
            let thread = OSThread(name: "worker-\(number)") { [self] in
                let end = WorkerThread(self, number, healths[number]).run()
                running.withLock { $0 -= 1 }
                if let end { whenEnded(end) }
            }
            thread.detach()
        }
        OSThread(name: "watchdog") { [self] in
            watchdog.run(over: healths) { isStopping.load(ordering: .relaxed) }
        }.detach()
    }

    /// False if a worker hangs, so that only a restart of the process helps.
    public var isAlive: Bool { hang(longerThan: settings.hangLimit) == nil }

    /// What a worker has been doing for longer than `limit` without coming back; nil if all are well.
    public func hang(longerThan limit: Duration) -> WorkerHealth.Hang? {
        for health in healths {
            if let hang = health.hang(longerThan: limit) { return hang }
        }
        return nil
    }

    /// Why this process is not ready, one sentence for each worker that is not; empty when it is.
    public var notReadyReasons: [String] {
        healths.enumerated().compactMap { number, health in
            health.notReadyReason(patience: settings.patience).map { "worker \(number): \($0)" }
        }
    }

    /// Lets every worker verify by these keys from its next batch on.
    public func replaceKeys(_ ring: KeyRing) {
        keys.withLock { $0 = ring }
        keysEdition.wrappingAdd(1, ordering: .releasing)
    }

    /// The newest keys, if they were replaced since `edition`, which is brought up to date.
    func newKeys(since edition: inout Int) -> KeyRing? {
        let newest = keysEdition.load(ordering: .acquiring)
        guard newest != edition else { return nil }
        edition = newest
        return keys.withLock { $0 }
    }

    /// Asks every worker to end after the step it is at, and waits.
    ///
    /// - Returns: false if one still runs after `limit`; the process may end all the same, as after a kill.
    @discardableResult
    public func stop(within limit: Duration) -> Bool {
        isStopping.store(true, ordering: .relaxed)
        let deadline = ContinuousClock.now + limit
        while running.withLock({ $0 }) > 0 {
            if ContinuousClock.now >= deadline { return false }
            usleep(5_000)
        }
        return true
    }
}
