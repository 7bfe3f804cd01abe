internal import Glibc
internal import Payments
internal import State
internal import Synchronization

/// What one thread does: builds a worker, steps it, and builds another when it broke.
struct WorkerThread {
    private let group: WorkerGroup
    private let health: WorkerHealth
    private let client: KafkaWorkerClient.Settings
    private static let longestPause = Duration.seconds(15)

    init(_ group: WorkerGroup, _ number: Int, _ health: WorkerHealth) {
        self.group = group
        self.health = health
        var client = group.settings.client
        client.place += "-\(number)"
        self.client = client
    }

    /// Runs until the group stops or this worker cannot go on; then tells why.
    func run() -> WorkerEnd? {
        if let directory = group.settings.stateDirectory {
            let cluster = group.settings.cluster
            let topic = client.topics[.changelog]
            return run { (partition) throws(StateError) in
                try DurableTable.open(
                    TableIdentity(
                        cluster: cluster.id, topic: topic, partition: partition,
                        encoding: PartitionProgress.version),
                    in: directory)
            }
        }
        return run { _ in MemoryTable() }
    }

    private func run<Memory: Table & ~Copyable>(
        _ openTable: @escaping Worker<KafkaWorkerClient, Memory>.TableOpening
    ) -> WorkerEnd? {
        var failures = 0
        while !isStopping {
            var commits = 0
            guard let end = live(openTable, &commits) else { return nil }
            health.note(end)
            group.telemetry.ended(end)
            if commits > 0 { failures = 0 }
            switch end {
            case .fenced, .unfit: return end
            case .broken where failures >= group.settings.rebuilds: return end
            case .broken, .stateless: break
            }
            failures += 1
            sleep(min(Self.longestPause, .milliseconds(500) * (1 << min(failures, 6))))
        }
        return nil
    }

    /// One worker's life; nil after an orderly stop.
    private func live<Memory: Table & ~Copyable>(
        _ openTable: @escaping Worker<KafkaWorkerClient, Memory>.TableOpening, _ commits: inout Int
    ) -> WorkerEnd? {
        health.show(.joining)
        let clients: KafkaWorkerClient
        do throws(ClientError) {
            clients = try KafkaWorkerClient(
                client, partitionCount: group.settings.cluster.partitionCount, log: group.log)
        } catch {
            return error.consequence == .leave
                ? .fenced(error.description) : .broken("cannot start: \(error)")
        }
        var worker = Worker(
            clients, judge: group.makeJudge(), memory: group.settings.memory, settings: group.settings.worker,
            telemetry: group.telemetry, health: health, now: Self.now, openTable: openTable)
        var keysEdition = 0
        while !isStopping {
            if let keys = group.newKeys(since: &keysEdition) { worker.judgement.judge.keys = keys }
            switch worker.step() {
            case .idle, .progressed: continue
            case .pause(let duration): sleep(duration)
            case .over(let end):
                commits = worker.commits
                worker.close()
                return end
            }
        }
        worker.close()
        return nil
    }

    private var isStopping: Bool { group.isStopping.load(ordering: .relaxed) }

    /// In slices, so that a stop is not kept waiting.
    private func sleep(_ duration: Duration) {
        let deadline = ContinuousClock.now + duration
        while !isStopping, ContinuousClock.now < deadline {
            let left = ContinuousClock.now.duration(to: deadline)
            usleep(UInt32(clamping: min(left.wholeMicroseconds, 20_000)))
        }
    }

    private static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
