// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

/// Five topics, a group and a place for stores of a test's own, on a real broker.
final class WorkerField {
    let broker: Broker
    let topics: TopicNames
    let group: String
    private let producer: AcknowledgedProducer
    private var written = 0
    private let confirmed: Confirmed

    private final class Confirmed: Sendable {
        let count = Atomic<Int>(0)
    }

    private init(_ broker: Broker, _ names: [String]) throws {
        self.broker = broker
        topics = TopicNames(named: Dictionary(uniqueKeysWithValues: zip(Topic.allCases, names)))
        group = broker.unique("workers")
        let confirmed = Confirmed()
        self.confirmed = confirmed
        producer = try AcknowledgedProducer(
            broker.configuration, .init(topic: names[0], messageTimeout: .seconds(120)), log: .silent
        ) { reports in
            for index in reports.indices where reports[index].outcome == .persisted {
                confirmed.count.add(1, ordering: .relaxed)
            }
        }
    }

    static func with(
        partitions: Int = 2, replication: Int = 1, on broker: Broker? = nil,
        _ body: (WorkerField) throws -> Void
    ) throws {
        let broker = try broker ?? Broker.shared()
        let topics = Topic.allCases.map { topic in
            NewTopic(
                topic.baseName, partitions: partitions, replication: replication,
                settings: Self.settings(of: topic))
        }
        try broker.withTopics(topics) { try body(WorkerField(broker, $0)) }
    }

    /// Brokers keep records for 7 days unless reported otherwise, which is too short for callbacks.
    static func settings(of topic: Topic) -> [(name: String, value: String)] {
        switch topic {
        case .callbacks: [(name: "retention.ms", value: "\(90 * 86_400_000)")]
        case .changelog: [(name: "cleanup.policy", value: "compact")]
        case .status, .review, .deadLetter: []
        }
    }

    /// Writes callbacks as an ingress would, and waits until the broker has them.
    func write(_ bodies: [CallbackFixture]) throws {
        for body in bodies {
            let (key, value) = (Array(body.key.utf8), Array(body.text.utf8))
            try producer.produce(slot: 0, key: key.span.bytes, value: value.span.bytes)
        }
        written += bodies.count
        eventually { confirmed.count.load(ordering: .relaxed) == written }
    }

    /// What workers of one process need; `ended` is reported why one is over.
    func workers(
        slot: String = "0", threads: Int = 1, state: String?, metrics: MetricsRegistry = MetricsRegistry(),
        worker: WorkerSettings = WorkerSettings(), log: Log = .silent,
        ended: @escaping @Sendable (WorkerEnd) -> Void = { end in Issue.record("a worker ended: \(end)") },
        configure: (inout WorkerGroup.Settings) -> Void = { _ in }
    ) throws -> WorkerGroup {
        let kafka = try KafkaConfiguration([
            ("bootstrap.servers", broker.bootstrapServers), ("session.timeout.ms", "6000"),
            ("heartbeat.interval.ms", "500"),
        ])
        let admin = try Admin(kafka, log: .silent)
        let check = StartupCheck(topics: topics, deduplication: .standard, stateDirectory: state)
        var client = KafkaWorkerClient.Settings(kafka: kafka, topics: topics, group: group, place: slot)
        client.transactionTimeout = .seconds(10)
        let settings = ProcessorSettings(verification: .never, topics: topics)
        var group = WorkerGroup.Settings(
            client: client, cluster: try check.run(admin).cluster, threads: threads, stateDirectory: state)
        group.worker = worker
        configure(&group)
        return WorkerGroup(
            group, log: log, metrics: metrics,
            makeProcessor: { RecordProcessor(settings: settings, keys: nil) },
            whenEnded: ended)
    }

    /// The events that a read_committed reader sees, by payment, each as its status.
    func statuses() throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for record in try readAll(topics[.status], at: broker.bootstrapServers) {
            let event = try JSONSerialization.jsonObject(with: Data(record.value ?? [])) as? [String: Any]
            let operation = event?["operation"] as? [String: Any]
            found[record.keyText ?? "", default: []].append(operation?["status"] as? String ?? "none")
        }
        return found
    }

    /// Waits until the group has committed every callback written so far, and readers see what it led to.
    func waitUntilDecided() throws {
        let consumer = try Consumer(broker.configuration, group: .init(id: group), log: .silent)
        let count =
            try Admin(broker.configuration, log: .silent)
            .describe(topics[.callbacks], within: .seconds(60))?.partitions ?? 0
        let partitions = (0..<count).map { TopicPartition(topic: topics[.callbacks], partition: Int32($0)) }
        eventually("the group does not come to the end") {
            let offsets = (try? consumer.committed(partitions, within: .seconds(60))) ?? []
            return offsets.reduce(0) { $0 + Int($1 ?? 0) } == written
        }
        consumer.close()
        eventually("transactions on the output topics are open") {
            (try? broker.areOutputsVisible(of: topics)) ?? false
        }
    }
}

extension WorkerGroup {
    func waitUntilReady() {
        eventually("not ready: \(notReadyReasons)") { notReadyReasons.isEmpty }
    }
}
