// SPDX-License-Identifier: Apache-2.0
public import Audit
internal import Glibc
public import Payments
internal import Synchronization
internal import System
public import Telemetry

/// `tidings worker --shadow`: derives again what the workers publish, beside them and without end, and counts
/// and logs each difference.
///
/// It publishes nothing, commits nothing and joins no group, so it can neither delay nor fence a worker. What
/// it derives from is what the workers have in Kafka when it starts; it keeps nothing from one run to the
/// next.
public final class ShadowService: Sendable {
    public struct Settings: Sendable {
        public var log: TopicReader.Settings
        /// The rules and settings to compare with those of the workers.
        public var processor: ProcessorSettings
        /// Where the scratch stores are; nil means the system's folder for temporary files.
        public var scratch: String?
        /// The partitions are divided among them.
        public var threads: Int

        public init(
            log: TopicReader.Settings, processor: ProcessorSettings, scratch: String?, threads: Int
        ) {
            self.log = log
            self.processor = processor
            self.scratch = scratch
            self.threads = threads
        }
    }

    public static var metricFamilies: [MetricFamily] { ShadowMetrics.families }

    private let settings: Settings
    private let telemetry: ShadowTelemetry
    private let health: ShadowHealth
    private let makeProcessor: @Sendable (ProcessorSettings) -> RecordProcessor
    private let isStopping = Atomic<Bool>(false)
    private let running = Mutex(0)

    /// - Parameter makeProcessor: makes a record processor of these settings, with the keys that there are.
    public init(
        _ settings: Settings, log: Log, metrics: MetricsRegistry,
        makeProcessor: @escaping @Sendable (ProcessorSettings) -> RecordProcessor
    ) {
        precondition(settings.threads > 0, "a shadow worker was made without a thread")
        self.settings = settings
        telemetry = ShadowTelemetry(log: log, metrics: metrics)
        health = ShadowHealth(threads: settings.threads)
        self.makeProcessor = makeProcessor
    }

    /// Empty where every partition is compared.
    public var notReadyReasons: [String] { health.notReadyReasons }

    /// Starts the threads.
    public func start() {
        running.withLock { $0 = settings.threads }
        for number in 0..<settings.threads {
            let thread = ShadowThread(
                settings: settings, number: number, telemetry: telemetry, health: health,
                makeProcessor: makeProcessor,
                isStopping: { [self] in isStopping.load(ordering: .acquiring) })
            OSThread(name: "shadow-\(number)") { [self] in
                thread.run()
                running.withLock { $0 -= 1 }
            }.detach()
        }
    }

    /// Stops the threads; false if one still runs after `limit`, which does no harm.
    public func stop(within limit: Duration) -> Bool {
        isStopping.store(true, ordering: .releasing)
        let deadline = ContinuousClock.now + limit
        while running.withLock({ $0 }) > 0 {
            guard ContinuousClock.now < deadline else { return false }
            usleep(10_000)
        }
        return true
    }
}
