// SPDX-License-Identifier: Apache-2.0
import Audit
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

/// Five topics on a real broker, filled by real workers, and what an audit says of them.
struct AuditedField {
    static let partitions = 3

    let broker: Broker
    let topics: TopicNames
    let group: String

    /// - Parameter keptDays: how long the topics of the workers keep records; -1 means permanently.
    static func with(keptDays: Int64 = 20, _ body: (AuditedField) throws -> Void) throws {
        let broker = try Broker.shared()
        let kept = keptDays < 0 ? -1 : keptDays * ModelTime.day * 1000
        let new = Topic.allCases.map { topic in
            // The callbacks are of the model's time, and old enough for the broker to delete them
            // immediately.
            NewTopic(
                topic.baseName, partitions: partitions,
                settings: [
                    (name: "cleanup.policy", value: topic == .changelog ? "compact" : "delete"),
                    (name: "retention.ms", value: topic == .callbacks ? "-1" : "\(kept)"),
                ])
        }
        try broker.withTopics(new) { names in
            let topics = TopicNames(named: Dictionary(uniqueKeysWithValues: zip(Topic.allCases, names)))
            try body(AuditedField(broker: broker, topics: topics, group: broker.unique("audited")))
        }
    }

    var processor: ProcessorSettings { ProcessorSettings(verification: .never, topics: topics) }

    /// A record to be written, as it is.
    struct Written {
        var topic: Topic
        var partition: Int32?
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [(name: String, value: [UInt8])] = []
        var time: Int64?

        init(
            _ topic: Topic, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?, time: Int64? = nil
        ) {
            self.topic = topic
            self.partition = partition
            self.key = key
            self.value = value
            self.time = time
        }

        /// A record as it was read, once more.
        init(_ topic: Topic, _ record: ReadRecord) {
            self.init(topic, partition: record.partition, key: record.key, value: record.value)
            headers = record.headers.map { ($0.name, $0.value ?? []) }
        }
    }

    /// Writes records in transactions of a few, the first of them aborted, so that offsets have gaps.
    func write(_ records: [Written]) throws {
        let producer = try TransactionalProducer(
            broker.configuration,
            .init(transactionalID: broker.unique("writer"), topics: Topic.allCases.map { topics[$0] }),
            log: .silent)
        let admin = try Admin(broker.configuration, log: .silent)
        for start in stride(from: 0, to: records.count, by: 7) {
            let piece = records[start..<min(start + 7, records.count)]
            if start == 0 { try abort(records[0], producer, admin) }
            let transaction = try producer.begin()
            try produce(Array(piece), transaction, producer)
            try transaction.commitOrThrow()
        }
        producer.close()
    }

    /// Leaves a record in the log that was written and taken back.
    private func abort(
        _ record: Written, _ producer: borrowing TransactionalProducer, _ admin: borrowing Admin
    ) throws {
        var record = record
        record.partition = record.partition ?? 0
        let name = TopicPartition(topic: topics[record.topic], partition: record.partition ?? 0)
        var end: Int64?
        eventually {
            end = try? admin.watermarks(of: name, within: .seconds(60)).high
            return end != nil
        }
        let transaction = try producer.begin()
        try produce([record], transaction, producer)
        try eventually { try admin.watermarks(of: name, within: .seconds(60)).high > end ?? 0 }
        try transaction.abortOrThrow()
    }

    private func produce(
        _ records: [Written], _ transaction: borrowing Transaction,
        _ producer: borrowing TransactionalProducer
    ) throws {
        for record in records {
            let topic = producer.topic(topics[record.topic])
            var headers = RecordHeaders()
            for header in record.headers {
                headers.add(name: Array(header.name.utf8).span.bytes, value: header.value.span.bytes)
            }
            let key = record.key ?? []
            if let value = record.value {
                try transaction.produce(
                    to: topic, partition: record.partition, key: record.key == nil ? nil : key.span.bytes,
                    value: value.span.bytes, headers: headers, timestamp: record.time)
            } else {
                try transaction.produce(
                    to: topic, partition: record.partition, key: record.key == nil ? nil : key.span.bytes,
                    value: nil, headers: headers, timestamp: record.time)
            }
        }
    }

    var cluster: ClusterFacts {
        get throws {
            let check = StartupCheck(topics: topics, deduplication: .standard, stateDirectory: nil)
            return try check.run(Admin(broker.configuration, log: .silent)).cluster
        }
    }

    /// Lets workers decide all that is written, and bring their memory up to the log.
    ///
    /// - Parameter state: where they keep it; nil means nowhere.
    func decide(state: String? = nil) throws {
        let kafka = try KafkaConfiguration([
            ("bootstrap.servers", broker.bootstrapServers), ("session.timeout.ms", "6000"),
            ("heartbeat.interval.ms", "500"),
        ])
        var client = KafkaWorkerClient.Settings(kafka: kafka, topics: topics, group: group, place: "0")
        client.transactionTimeout = .seconds(10)
        let processor = processor
        let workers = WorkerGroup(
            .init(client: client, cluster: try cluster, threads: 1, stateDirectory: state),
            log: .silent, metrics: MetricsRegistry(),
            makeProcessor: { RecordProcessor(settings: processor, keys: nil) },
            whenEnded: { end in Issue.record("a worker ended: \(end)") })
        workers.start()
        let consumer = try Consumer(broker.configuration, group: .init(id: group), log: .silent)
        let names = (0..<Self.partitions).map {
            TopicPartition(topic: topics[.callbacks], partition: Int32($0))
        }
        try eventually("the workers do not come to the end") {
            let offsets = (try? consumer.committed(names, within: .seconds(60))) ?? []
            for (name, offset) in zip(names, offsets) {
                let last = try lastOffset(of: name)
                if let last, offset ?? 0 <= last { return false }
            }
            return offsets.count == names.count
        }
        consumer.close()
        eventually("not ready: \(workers.notReadyReasons)") { workers.notReadyReasons.isEmpty }
        #expect(workers.stop(within: .seconds(120)))
        eventually("transactions are open") {
            (try? broker.areOutputsVisible(of: topics)) ?? false
        }
    }

    /// The last record's offset; the log's end is behind the markers of transactions.
    private func lastOffset(of name: TopicPartition) throws -> Int64? {
        try records(.callbacks).last { $0.partition == name.partition }?.offset
    }

    func records(_ topic: Topic) throws -> [ReadRecord] {
        try readAll(topics[topic], at: broker.bootstrapServers)
    }

    var reading: TopicReader.Settings {
        get throws {
            TopicReader.Settings(
                kafka: try KafkaConfiguration(
                    TopicReader.properties + [("bootstrap.servers", broker.bootstrapServers)]),
                topics: topics, group: group)
        }
    }

    func prove(
        from: TopicBound? = nil, to: TopicBound? = nil,
        now: Timestamp = Timestamp(seconds: ModelTime.start + 1_000_000)
    ) throws -> (report: ProofReport, faults: [Fault]) {
        var faults: [Fault] = []
        let proof = try Proof(
            Proof.Settings(log: reading, processor: processor, from: from, to: to, now: now),
            makeProcessor: { RecordProcessor(settings: $0, keys: nil) }, log: .silent)
        var progress: Proof.Progress?
        let report = try proof.run(fault: { faults.append($0) }, progress: { progress = $0 })
        #expect(progress?.callbacks == report.account.callbacks && progress?.faults == faults.count)
        return (report, faults)
    }

    func inspect(_ words: [String]) throws -> PaymentHistory {
        let inspection = try Inspection(
            reading, processor: processor, makeProcessor: { RecordProcessor(settings: $0, keys: nil) },
            log: .silent)
        return try inspection.history(ofKey: #require(PaymentName(words)).key, progress: { _, _ in })
    }
}
