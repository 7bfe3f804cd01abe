// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Kafka
public import Payments
internal import Synchronization
internal import System
public import Telemetry

/// The workers of a process from its start to its end: waits for the cluster, then runs a `WorkerGroup`.
///
/// Kafka may be away at the start, for example after an outage that ended both. A process that exits then is
/// started again with growing pauses, so it would stay away for minutes after Kafka has come back. So it
/// waits, not ready, for brokers that do not answer or refuse the question, and for topics that do not exist
/// yet. It does not wait where the topics or the local folder are not as they must be.
///
/// Everything may be called from any thread.
public final class WorkerService: Sendable {
    public struct Settings: Sendable {
        public var check: StartupCheck
        public var kafka: KafkaConfiguration
        /// Whether the first check that fails ends the process.
        public var failsFast = false
        /// Between two checks.
        public var pause = Duration.seconds(1)

        public init(check: StartupCheck, kafka: KafkaConfiguration) {
            self.check = check
            self.kafka = kafka
        }
    }

    private enum Stage {
        case waiting(reason: String)
        case running
        case stopped
    }

    private let settings: Settings
    private let group: WorkerGroup
    private let log: Log
    private let whenRefused: @Sendable (StartupCheck.Refusal) -> Void
    private let stage = Mutex(Stage.waiting(reason: "looking for Kafka"))
    /// Of the thread that checks.
    private let startup = WorkerHealth()
    private let interval = LogInterval()

    /// - Parameters:
    ///   - group: not started yet.
    ///   - whenRefused: called once, from another thread, if the workers cannot start: the process should
    ///     print why and exit.
    public init(
        _ settings: Settings, group: WorkerGroup, log: Log,
        whenRefused: @escaping @Sendable (StartupCheck.Refusal) -> Void
    ) {
        self.settings = settings
        self.group = group
        self.log = log
        self.whenRefused = whenRefused
    }

    /// Begins to look for the cluster, and returns.
    public func start() {
        startup.noteThread(isRunning: true)
        OSThread(name: "startup") { [self] in
            defer { startup.noteThread(isRunning: false) }
            do throws(StartupCheck.Refusal) {
                guard let cluster = try findCluster() else { return }
                stage.withLock { stage in
                    guard case .waiting = stage else { return }
                    group.start(on: cluster)
                    stage = .running
                }
            } catch {
                whenRefused(error)
            }
        }.detach()
    }

    /// Why this process is not ready, a sentence each; empty when it is.
    public var notReadyReasons: [String] {
        switch stage.withLock({ $0 }) {
        case .waiting(let reason): [reason]
        case .running: group.notReadyReasons
        case .stopped: ["the worker is stopping"]
        }
    }

    /// False if a thread made no step for the stall limit, so that only a restart of the process helps. Kafka
    /// that is away or refuses is not a reason, nor is a restore.
    public var isAlive: Bool { group.isAlive && !startup.isStalled(for: group.settings.stallLimit) }

    /// Lets every worker verify by these keys from its next batch on.
    public func replaceKeys(_ ring: KeyRing) { group.replaceKeys(ring) }

    /// Makes the stop leave the group, also if it is under way.
    public func leaveOnStop() { group.leaveOnStop() }

    /// Stops, and waits for at most the stop deadline.
    ///
    /// - Returns: false if a worker still runs then; the process may end all the same, as after a kill.
    @discardableResult
    public func stop() -> Bool {
        stage.withLock { $0 = .stopped }
        return group.stop(within: group.settings.stopDeadline)
    }

    /// Checks until the cluster is found; nil if the stop came first.
    private func findCluster() throws(StartupCheck.Refusal) -> ClusterFacts? {
        var check = settings.check
        check.noteStep = { [startup] in startup.noteStep() }
        let admin: Admin
        do throws(KafkaError) {
            admin = try Admin(settings.kafka, log: log)
        } catch {
            throw .unfit([error.description])
        }
        while isWaiting {
            do throws(StartupCheck.Refusal) {
                let finding = try check.run(admin)
                try check.readChangelog(
                    settings.kafka.reading(as: group.settings.client.group),
                    partitionCount: finding.cluster.partitionCount, log: log)
                if !finding.warnings.isEmpty {
                    log.warning(
                        "topics are not fit for production", next: "profile production would refuse to start",
                        advice: "change the topics: `tidings topics check` prints how",
                        ["reasons": .text(finding.warnings.joined(separator: "; "))])
                }
                return finding.cluster
            } catch {
                guard !settings.failsFast, let reason = Self.reasonToWait(for: error) else { throw error }
                stage.withLock { stage in
                    if case .waiting = stage { stage = .waiting(reason: reason) }
                }
                if interval.next() != nil {
                    log.warning(
                        "cannot start yet", next: "not ready, checking again until it succeeds",
                        advice: "correct what `reason` names: the brokers, the topics or the rights",
                        ["reason": .text(reason)])
                }
            }
            sleep()
        }
        return nil
    }

    private static func reasonToWait(for refusal: StartupCheck.Refusal) -> String? {
        switch refusal {
        case .unreachable(let error):
            error.isUnreachable
                ? "Kafka cannot be reached: \(error.message)" : "Kafka refuses the start-up check: \(error)"
        case .missingTopics(let sentence): sentence
        case .unfit: nil
        }
    }

    private var isWaiting: Bool {
        stage.withLock { stage in
            if case .waiting = stage { true } else { false }
        }
    }

    private func sleep() {
        let deadline = ContinuousClock.now + settings.pause
        while isWaiting, ContinuousClock.now < deadline {
            startup.noteStep()
            usleep(20_000)
        }
    }
}
