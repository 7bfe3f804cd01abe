// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Kafka
internal import Payments
internal import Synchronization
internal import Telemetry

/// Looks for hanging transactions on the partitions of this process: compares, on each of the five topics,
/// the last stable offset with the end.
///
/// On a separate thread with separate clients: a worker's thread waits for no answer that it does not need.
final class TransactionWatch: Sendable {
    private let settings: WorkerGroup.Settings
    private let telemetry: WorkerTelemetry
    private let log: Log
    private let found = Mutex<[WithheldOffsets.Finding]>([])
    /// The partitions that the group has assigned to this process.
    private let ownedPartitions: @Sendable () -> [Int32]

    init(
        _ settings: WorkerGroup.Settings, telemetry: WorkerTelemetry, log: Log,
        ownedPartitions: @escaping @Sendable () -> [Int32]
    ) {
        self.settings = settings
        self.telemetry = telemetry
        self.log = log
        self.ownedPartitions = ownedPartitions
    }

    /// What is withheld now.
    var findings: [WithheldOffsets.Finding] { found.withLock { $0 } }

    /// Why the process is not ready, with the commands that resolve it.
    var notReadyReasons: [String] { findings.map { describe($0) } }

    /// Looks again and again until `isStopping`.
    func run(until isStopping: () -> Bool) {
        let clock = ContinuousClock()
        let started = clock.now
        var offsets = WithheldOffsets(limit: settings.withheldLimit)
        let interval = min(.seconds(10), settings.withheldLimit / 4)
        while !isStopping() {
            do throws(KafkaError) {
                let clients = try Clients(settings, log: log)
                while pause(for: interval, until: isStopping) {
                    let ends = try clients.ends(of: ownedPartitions(), in: settings.client.topics)
                    show(offsets.note(ends, at: started.duration(to: clock.now)))
                }
            } catch {
                // The workers report that no broker answers; what was found stays.
                _ = pause(for: interval, until: isStopping)
            }
        }
    }

    private func show(_ findings: [WithheldOffsets.Finding]) {
        let before = found.withLock { found in
            defer { found = findings }
            return Set(found.map(\.place))
        }
        for finding in findings where !before.contains(finding.place) {
            telemetry.transactionHangs(describe(finding), finding, topic: name(of: finding.place.topic))
        }
        for place in before where !findings.contains(where: { $0.place == place }) {
            telemetry.offsetsReleased(partition: place.partition, topic: name(of: place.topic))
        }
    }

    private func name(of topic: Topic) -> String { settings.client.topics[topic] }

    private func describe(_ finding: WithheldOffsets.Finding) -> String {
        let (topic, partition) = (name(of: finding.place.topic), finding.place.partition)
        return
            "a transaction that does not end withholds \(finding.count) offsets of partition \(partition) of "
            + "\(topic), from \(finding.ends.stable) on, for \(finding.duration.components.seconds) s; find it with "
            + "kafka-transactions.sh --bootstrap-server BROKER find-hanging --topic \(topic) --partition \(partition), "
            + "then follow the runbook, section TidingsTransactionHanging"
    }

    /// False once the process stops.
    private func pause(for duration: Duration, until isStopping: () -> Bool) -> Bool {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            if isStopping() { return false }
            usleep(50_000)
        }
        return !isStopping()
    }

    /// One client that sees open transactions, and one that does not.
    private struct Clients: ~Copyable {
        private let all: Admin
        private let stable: Admin
        private let limit: Duration

        init(_ settings: WorkerGroup.Settings, log: Log) throws(KafkaError) {
            let kafka = settings.client.kafka.identified(as: "tidings-worker-\(settings.client.place)")
            let all = try Admin(kafka, log: log)
            let stable = try Admin(kafka, isolation: .readCommitted, log: log)
            self.all = all
            self.stable = stable
            limit = settings.client.callTimeout
        }

        func ends(
            of partitions: [Int32], in topics: TopicNames
        ) throws(KafkaError) -> [WithheldOffsets.Place: WithheldOffsets.Ends] {
            let places = partitions.flatMap { partition in
                Topic.allCases.map { WithheldOffsets.Place($0, partition) }
            }
            if places.isEmpty { return [:] }
            let names = places.map { TopicPartition(topic: topics[$0.topic], partition: $0.partition) }
            // In this order: what ends between the two is not withheld.
            let ends = try all.ends(of: names, within: limit)
            let stable = try stable.ends(of: names, within: limit)
            var found: [WithheldOffsets.Place: WithheldOffsets.Ends] = [:]
            for (index, place) in places.enumerated() {
                guard let end = ends[index], let stable = stable[index] else { continue }
                found[place] = WithheldOffsets.Ends(stable: stable, end: end)
            }
            return found
        }
    }
}
