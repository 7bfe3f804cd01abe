// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Kafka
internal import Payments
internal import StateStore
internal import Synchronization
internal import System

/// What one thread does: builds a worker, steps it, and builds another when it broke.
struct WorkerThread {
    private let group: WorkerGroup
    private let health: WorkerHealth
    private let client: KafkaWorkerClient.Settings
    private static let longestPause = Duration.seconds(15)
    private static let longestStatePause = Duration.seconds(300)

    init(_ group: WorkerGroup, _ number: Int, _ health: WorkerHealth) {
        self.group = group
        self.health = health
        var client = group.settings.client
        client.place += "-\(number)"
        client.noteStep = { health.noteStep() }
        client.isStopRequested = {
            health.noteStep()
            return group.isStopping.load(ordering: .relaxed)
        }
        self.client = client
    }

    /// Runs until the group stops or this worker cannot go on; then reports why.
    func run() -> WorkerEnd? {
        if let directory = group.settings.stateDirectory {
            let cluster = group.cluster
            let topic = client.topics[.changelog]
            return run { (partition) throws(StateError) in
                try LMDBStore.open(
                    StoreIdentity(
                        cluster: cluster.id, topic: topic, partition: partition,
                        encoding: Self.storeEncoding),
                    in: directory)
            }
        }
        return run { _ in InMemoryStore() }
    }

    private func run<Store: PartitionStore & ~Copyable>(
        _ openStore: @escaping Worker<KafkaWorkerClient, Store>.StoreOpening
    ) -> WorkerEnd? {
        var failures = 0
        // A rival needs a heartbeat to notice that it was fenced, and then pauses for two.
        var fencing = FencingPolicy(window: max(client.sessionTimeout, client.kafka.heartbeatInterval * 10))
        while !isStopping {
            var commits = 0
            guard let end = live(openStore, &fencing, &commits) else { return nil }
            health.note(end)
            if commits > 0 { failures = 0 }
            var pause = min(Self.longestPause, .milliseconds(500) * (1 << min(failures + 1, 6)))
            switch end {
            case .fenced(let why):
                // Longer than a heartbeat, so that a rival has been reported the fencing.
                pause = client.kafka.heartbeatInterval * 2
                switch fencing.fenced(at: Self.clock()) {
                case .rebuild: group.telemetry.fenced(why, pause: pause)
                case .rival: return ended(end)
                }
            case .unfit: return ended(end)
            case .broken where failures >= group.settings.rebuilds: return ended(end)
            case .blocked:
                pause = .seconds(5)
                group.telemetry.interrupted(end)
            case .stateless:
                group.telemetry.interrupted(end)
                failures += 1
                waitForStateDirectory()
                // A store may fail although there is room, and each return to the group moves partitions.
                pause = min(Self.longestStatePause, .seconds(1) * (1 << min(failures, 9)))
            case .broken:
                group.telemetry.interrupted(end)
                failures += 1
            }
            sleep(pause)
        }
        return nil
    }

    private func ended(_ end: WorkerEnd) -> WorkerEnd {
        group.telemetry.ended(end)
        return end
    }

    /// One worker's life; nil after an orderly stop.
    private func live<Store: PartitionStore & ~Copyable>(
        _ openStore: @escaping Worker<KafkaWorkerClient, Store>.StoreOpening,
        _ fencing: inout FencingPolicy, _ commits: inout Int
    ) -> WorkerEnd? {
        health.show(.joining)
        health.begin(.connecting)
        defer { health.endActivity() }
        let clients: KafkaWorkerClient
        do throws(ClientError) {
            clients = try KafkaWorkerClient(
                client, partitionCount: group.cluster.partitionCount, log: group.log)
            health.noteConnection(failure: nil)
        } catch {
            health.noteConnection(failure: "cannot connect: \(error)")
            return error.consequence == .fencedMember
                ? .fenced(error.description) : WorkerEnd(error.cause)
        }
        var worker = Worker(
            clients, processor: group.makeProcessor(), settings: group.settings.worker,
            telemetry: group.telemetry, health: health, now: Self.now, clock: Self.clock,
            openStore: openStore)
        fencing.started(at: Self.clock())
        var keys = Replaceable.Reader(group.keys)
        if let ring = keys.value { worker.context.processor.keys = ring }
        while !isStopping {
            if keys.refresh(), let ring = keys.value { worker.context.processor.keys = ring }
            switch worker.step() {
            case .idle, .progressed: continue
            case .pause(let duration): sleep(duration)
            case .over(let end):
                commits = worker.commits
                health.begin(.closing)
                worker.close(leaving: end.leavesGroup)
                return end
            }
        }
        health.begin(.closing)
        worker.close(leaving: group.isLeaving)
        return nil
    }

    /// Joins the group again only when the stores have room: its partitions are other workers' meanwhile, and
    /// each return would move them.
    private func waitForStateDirectory() {
        guard let directory = group.settings.stateDirectory else { return }
        while !isStopping {
            sleep(.seconds(1))
            do throws(StateError) {
                try LMDBStore.checkRoom(in: directory)
                group.telemetry.stateDirectoryUsable()
                return
            } catch {
                health.note(.stateless(error.description))
            }
        }
    }

    private var isStopping: Bool { group.isStopping.load(ordering: .acquiring) }

    /// In slices, so that a stop is not kept waiting.
    private func sleep(_ duration: Duration) {
        let deadline = ContinuousClock.now + duration
        while !isStopping, ContinuousClock.now < deadline {
            health.noteStep()
            let left = ContinuousClock.now.duration(to: deadline)
            usleep(UInt32(clamping: min(left.microsecondsRoundedDown, 20_000)))
        }
    }

    /// The format of the state store's values.
    private static var storeEncoding: Int {
        #if FAILPOINTS
            if NextFormat.isStore { return Int(PaymentState.format) + 1 }
        #endif
        return Int(PaymentState.format)
    }

    private static func clock() -> Duration { started.duration(to: .now) }

    private static let started = ContinuousClock.now

    private static func now() -> Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }
}
