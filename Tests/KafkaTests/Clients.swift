// SPDX-License-Identifier: Apache-2.0
import Kafka
import Synchronization
import Telemetry
import TestSupport
import Testing

/// Where a test's clients connect: a real broker or an embedded cluster.
protocol Cluster: ~Copyable {
    var bootstrapServers: String { get }
}

extension Broker: Cluster {}
extension EmbeddedCluster: Cluster {}

extension Cluster where Self: ~Copyable {
    func configuration(_ pairs: [(name: String, value: String)] = []) throws -> KafkaConfiguration {
        // A broker of a test comes back soon; by default a client tries again only every 10 s.
        try KafkaConfiguration(
            [("bootstrap.servers", bootstrapServers), ("reconnect.backoff.max.ms", "500")] + pairs)
    }

    /// A consumer without a group, at the beginning of one partition.
    func reader(
        of topic: String, partition: Int32 = 0, from offset: Int64 = 0,
        isolation: Consumer.Isolation = .readCommitted
    ) throws -> Consumer {
        var consumer = try Consumer(configuration(), group: nil, isolation: isolation, log: .silent)
        try consumer.assign([PartitionOffset(topic: topic, partition: partition, offset: offset)])
        return consumer
    }

    func transactionalProducer(
        _ id: String, to topics: [String], timeout: Duration = .seconds(10),
        _ pairs: [(name: String, value: String)] = [], log: Log = .silent
    ) throws -> TransactionalProducer {
        try TransactionalProducer(
            configuration(pairs),
            .init(transactionalID: id, topics: topics, transactionTimeout: timeout), log: log)
    }

    /// Writes values, each its own key, and waits until the broker has them.
    func produce(_ values: [String], to topic: String) throws {
        let reports = Reports()
        let producer = try AcknowledgedProducer(
            configuration(), .init(topic: topic, messageTimeout: .seconds(30)), log: .silent,
            reports: reports.take)
        for (index, value) in values.enumerated() {
            let bytes = Array(value.utf8)
            try producer.produce(slot: UInt64(index), key: bytes.span.bytes, value: bytes.span.bytes)
        }
        #expect(producer.close(within: .seconds(120)))
        #expect(reports.outcomes.values.allSatisfy { $0 == .persisted })
        #expect(reports.outcomes.count == values.count)
    }
}

/// Collects delivery reports by slot; a slot reported twice is an issue.
final class Reports: Sendable {
    private let kept = Mutex<[UInt64: DeliveryReport]>([:])

    func take(_ reports: Span<DeliveryReport>) {
        kept.withLock { kept in
            for index in reports.indices {
                let report = reports[index]
                if kept.updateValue(report, forKey: report.slot) != nil {
                    Issue.record("slot \(report.slot) was reported twice")
                }
            }
        }
    }

    var all: [UInt64: DeliveryReport] { kept.withLock { $0 } }
    var outcomes: [UInt64: DeliveryReport.Outcome] { all.mapValues(\.outcome) }
}

/// A flag between threads.
final class Flag: Sendable {
    private let value = Atomic<Bool>(false)

    var isRaised: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
}

extension Consumer {
    /// Fills once and again until the batch holds at least `count` records; those of earlier fills are gone.
    mutating func wait(for count: Int, in batch: inout RecordBatch, limit: Int = 1000) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        repeat {
            try fill(&batch, first: .milliseconds(200), limit: limit)
        } while batch.count < count && ContinuousClock.now < deadline
        try #require(batch.count >= count)
    }

    /// Fills until a record has come that `isLast` says is the last, and copies all.
    mutating func readUntil(_ isLast: ([ReadRecord]) -> Bool) throws -> [ReadRecord] {
        var batch = RecordBatch()
        var records: [ReadRecord] = []
        let deadline = ContinuousClock.now + .seconds(120)
        while !isLast(records), ContinuousClock.now < deadline {
            try fill(&batch, first: .milliseconds(200), limit: 1000)
            for index in 0..<batch.count { records.append(ReadRecord(batch[index])) }
        }
        return records
    }

    /// Fills until partitions were assigned. Records that come with them are dropped.
    mutating func waitForAssignment() throws {
        var batch = RecordBatch()
        let deadline = ContinuousClock.now + .seconds(120)
        while assignment.isEmpty, ContinuousClock.now < deadline {
            try fill(&batch, first: .milliseconds(50), limit: 1)
        }
        try #require(!assignment.isEmpty)
    }
}

extension RecordBatch {
    /// Where to go on after these records of one topic: of each partition the last record's offset plus one.
    borrowing func nextOffsets(of topic: String) -> [PartitionOffset] {
        var next: [Int32: Int64] = [:]
        for index in 0..<count { next[self[index].partition] = self[index].offset + 1 }
        return next.map { PartitionOffset(topic: topic, partition: $0.key, offset: $0.value) }
    }
}

extension Transaction {
    func produce(_ text: String, to topic: TopicHandle, partition: Int32? = nil) throws(KafkaError) {
        let bytes = Array(text.utf8)
        try produce(to: topic, partition: partition, key: bytes.span.bytes, value: bytes.span.bytes)
    }
}
