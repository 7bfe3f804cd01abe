// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("a consumer on the embedded cluster")
struct ConsumerTests {
    @Test("a fill waits for the first record only", .timeLimit(.minutes(30)))
    func waitsForFirstOnly() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        try cluster.produce(["a"], to: "in")
        var consumer = try cluster.reader(of: "in")
        var batch = RecordBatch()
        // Had it waited for a full batch, the time limit of the test would pass first.
        try consumer.fill(&batch, first: .seconds(900), limit: 1000)
        #expect(batch.count == 1)
    }

    @Test("a fill takes no more records than its limits")
    func limits() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        try cluster.produce((0..<2000).map { "value-\($0)" }, to: "in")
        var consumer = try cluster.reader(of: "in")
        var batch = RecordBatch()
        try consumer.wait(for: 1, in: &batch, limit: 7)
        #expect(batch.count <= 7)
        try consumer.fill(&batch, first: .seconds(30), limit: 2000, bytes: 1)
        #expect(batch.count >= 1)
        #expect(batch.count <= 1 + RecordBatch.chunk)
    }

    @Test("what was read in pieces is every record once, in order (#4208)")
    func everyRecordOnce() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let values = (0..<3000).map { "value-\($0)" }
        try cluster.produce(values, to: "in")
        var consumer = try cluster.reader(of: "in")
        let records = try consumer.readUntil { $0.count >= values.count }
        #expect(records.map(\.valueText) == values)
        #expect(records.map(\.offset) == Array(0..<Int64(values.count)))
    }

    @Test("a tombstone is not an empty value, and an absent key not an empty one")
    func absence() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["in"])
        let transaction = try producer.begin()
        let topic = producer.topic("in")
        let (key, empty) = (Array("key".utf8), [UInt8]())
        try transaction.produce(to: topic, key: key.span.bytes, value: nil)
        try transaction.produce(to: topic, key: key.span.bytes, value: empty.span.bytes)
        try transaction.produce(to: topic, key: nil, value: key.span.bytes)
        try transaction.produce(to: topic, key: empty.span.bytes, value: key.span.bytes)
        try transaction.commitOrThrow()
        var consumer = try cluster.reader(of: "in")
        let records = try consumer.readUntil { $0.count >= 4 }
        #expect(records.map(\.value) == [nil, [], key, key])
        #expect(records.map(\.key) == [key, key, nil, []])
    }

    @Test("headers and timestamp come back as they were written")
    func headers() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["in"])
        let transaction = try producer.begin()
        let (one, two, empty) = (Array("one".utf8), Array("two".utf8), [UInt8]())
        var headers = RecordHeaders()
        headers.add("a", one.span.bytes)
        headers.add("b", empty.span.bytes)
        headers.add(name: Array("a".utf8).span.bytes, value: two.span.bytes)
        headers.add(name: Array("c".utf8).span.bytes, value: nil)
        try transaction.produce(
            to: producer.topic("in"), key: nil, value: one.span.bytes, headers: headers,
            timestamp: 1_700_000_000_123)
        try transaction.commitOrThrow()
        var consumer = try cluster.reader(of: "in")
        var batch = RecordBatch()
        try consumer.wait(for: 1, in: &batch)
        let record = ReadRecord(batch[0])
        #expect(record.timestamp == 1_700_000_000_123)
        #expect(record.headers.map(\.name) == ["a", "b", "a", "c"])
        #expect(record.headers.map(\.value) == [one, [], two, nil])
        // A second look finds them again: a batch is checked once more after an abort.
        let again = batch[0].headers
        let (last, missing) = (bytes(again.last(named: "a")), bytes(again.last(named: "missing")))
        #expect(last == two)
        #expect(missing == nil)
        #expect(again.count == 4)
    }

    @Test("a member of a group is reported its partitions once", .timeLimit(.minutes(30)))
    func assignment() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 2)
        try cluster.produce(["a", "b", "c"], to: "in")
        var consumer = try Consumer(cluster.configuration(), group: .init(id: "g"), log: .silent)
        try consumer.subscribe(to: ["in"])
        try consumer.waitForAssignment()
        let partitions = [0, 1].map { TopicPartition(topic: "in", partition: $0) }
        let (count, changes) = (consumer.assignmentCount, consumer.takeAssignmentChanges())
        #expect(count == 1)
        #expect(changes == [.assigned(partitions)])
        let further = consumer.takeAssignmentChanges()
        #expect(further.isEmpty)
        let isClosed = consumer.close(within: .seconds(120))
        #expect(isClosed)
    }

    @Test("records may be read after their consumer closed", .timeLimit(.minutes(30)))
    func batchOutlives() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        try cluster.produce(["a"], to: "in")
        var consumer = try cluster.reader(of: "in")
        var batch = RecordBatch()
        try consumer.wait(for: 1, in: &batch)
        consumer.close()
        #expect(ReadRecord(batch[0]).valueText == "a")
    }

    @Test("closing ends within its limit when no broker answers", .timeLimit(.minutes(30)))
    func closesInTime() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        var consumer = try Consumer(cluster.configuration(), group: .init(id: "g"), log: .silent)
        try consumer.subscribe(to: ["in"])
        try consumer.waitForAssignment()
        cluster.takeDown()
        consumer.close(within: .seconds(2))
    }

    @Test("an offset that is not in the log is an error where it must not be passed over")
    func missingOffset() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        try cluster.produce(["a"], to: "in")
        var consumer = try Consumer(
            cluster.configuration(), group: nil, missingOffset: .fail, log: .silent)
        try consumer.assign([PartitionOffset(topic: "in", partition: 0, offset: 100)])
        var batch = RecordBatch()
        let error = #expect(throws: KafkaError.self) {
            for _ in 0..<100 { try consumer.fill(&batch, first: .milliseconds(200), limit: 10) }
        }
        #expect(error?.code == .noOffset)
    }
}
