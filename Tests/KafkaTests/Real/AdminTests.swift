// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("Admin on a real broker", .needsBroker)
struct AdminTests {
    private let limit = Duration.seconds(60)

    @Test("a topic that was created is described with its partitions, replicas and settings")
    func create() throws {
        let broker = try Broker.shared()
        let settings = [
            (name: "cleanup.policy", value: "compact,delete"), (name: "retention.ms", value: "86400000"),
        ]
        try broker.withTopic(partitions: 3, settings: settings) { topic in
            let admin = try Admin(broker.configuration(), log: .silent)
            let description = try admin.describe(topic, within: limit)
            #expect(description?.name == topic)
            #expect(description?.partitions == 3)
            #expect(description?.replication == 1)
            let found = try admin.settings(of: topic, within: limit)
            for (name, value) in settings {
                let setting = found.first { $0.name == name }
                #expect(setting?.value == value)
            }
            #expect(found.contains { $0.name == "max.message.bytes" })
        }
    }

    @Test("creating an existing topic changes nothing and is reported for that topic alone")
    func createAgain() throws {
        let broker = try Broker.shared()
        try broker.withTopic(partitions: 2) { topic in
            let admin = try Admin(broker.configuration(), log: .silent)
            let other = broker.unique("other")
            let results = try admin.create(
                [NewTopic(other, partitions: 1), NewTopic(topic, partitions: 5)], within: limit)
            #expect(results[0] == nil)
            #expect(results[1]?.isTopicAlreadyThere == true)
            let partitions = try admin.describe(topic, within: limit)?.partitions
            #expect(partitions == 2)
            #expect(
                try admin.delete([other, broker.unique("absent")], within: limit).map { $0?.isUnknownTopic }
                    == [nil, true])
        }
    }

    @Test("a missing topic is described as nil, and describing it does not create it")
    func absent() throws {
        let broker = try Broker.shared()
        let admin = try Admin(broker.configuration(), log: .silent)
        let name = broker.unique("absent")
        for _ in 0..<3 {
            let description = try admin.describe(name, within: limit)
            #expect(description == nil)
        }
    }

    @Test("an admin request that the broker refuses is reported with the reason")
    func refused() throws {
        let broker = try Broker.shared()
        let admin = try Admin(broker.configuration(), log: .silent)
        let results = try admin.create(
            [NewTopic(broker.unique("wide"), partitions: 1, replication: 50)], within: limit)
        #expect(results[0]?.name == "INVALID_REPLICATION_FACTOR")
        #expect(results[0]?.message.contains("50") == true)
    }

    @Test("the cluster reports its id and its brokers")
    func cluster() throws {
        let broker = try Broker.shared()
        let admin = try Admin(broker.configuration(), log: .silent)
        let (id, again) = (try admin.clusterID(within: limit), try admin.clusterID(within: limit))
        #expect(!id.isEmpty && id == again)
        let count = try admin.brokerCount(within: limit)
        #expect(count >= 1)
    }

    @Test("deleting records moves the low watermark, and a strict reader reports the gap")
    func deleteRecords() throws {
        let broker = try Broker.shared()
        try broker.withTopic { topic in
            try broker.produce(["a", "b", "c"], to: topic)
            let admin = try Admin(broker.configuration(), log: .silent)
            let partition = TopicPartition(topic: topic, partition: 0)
            let before = try admin.watermarks(of: partition, within: limit)
            #expect(before.low == 0 && before.high == 3)
            try admin.deleteRecords(
                before: [PartitionOffset(topic: topic, partition: 0, offset: 2)], within: limit)
            let after = try admin.watermarks(of: partition, within: limit)
            #expect(after.low == 2 && after.high == 3)

            var consumer = try Consumer(
                broker.configuration(), group: nil, missingOffset: .fail, log: .silent)
            try consumer.assign([PartitionOffset(topic: topic, partition: 0, offset: 0)])
            var batch = RecordBatch()
            var failure: KafkaError?
            eventually(within: .seconds(60)) {
                do throws(KafkaError) {
                    try consumer.fill(&batch, first: .milliseconds(100), limit: 10)
                } catch {
                    failure = error
                }
                return failure != nil
            }
            #expect(failure?.code == .noOffset)
            #expect(failure?.severity == .fatal)
        }
    }

    @Test("an offset is found by time")
    func offsetsByTime() throws {
        let broker = try Broker.shared()
        // Records of 2023 are beyond the default retention, and the broker deletes such ones.
        try broker.withTopic(settings: [("retention.ms", "-1")]) { topic in
            // Without a transaction: its marker is a record too, and has the present time.
            let reports = Reports()
            let producer = try AcknowledgedProducer(
                broker.configuration(), .init(topic: topic, messageTimeout: .seconds(60)), log: .silent,
                reports: reports.take)
            let value = Array("x".utf8)
            let start: Int64 = 1_700_000_000_000
            for second in 0..<5 as Range<Int64> {
                try producer.produce(
                    slot: UInt64(second), key: nil, value: value.span.bytes, timestamp: start + second * 1000)
            }
            #expect(producer.close(within: .seconds(60)))
            let admin = try Admin(broker.configuration(), log: .silent)
            let partition = TopicPartition(topic: topic, partition: 0)
            #expect(try admin.offsets(of: [partition], at: start + 2500, within: limit) == [3])
            #expect(try admin.offsets(of: [partition], at: start - 1, within: limit) == [0])
            #expect(try admin.offsets(of: [partition], at: start + 60_000, within: limit) == [nil])
        }
    }

    @Test("a record without a partition goes to the partition of murmur2 of its key, as in Java clients")
    func partitioner() throws {
        // Hashes from the tests of Java's client (UtilsTest.testMurmur2).
        let hashes: [(key: String, hash: Int32)] = [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ]
        let broker = try Broker.shared()
        try broker.withTopic(partitions: 7) { topic in
            try broker.produce(hashes.map(\.key), to: topic)
            let records = try readAll(topic, at: broker.bootstrapServers)
            for (key, hash) in hashes {
                let partition = records.first { $0.keyText == key }?.partition
                #expect(partition == (hash & 0x7fff_ffff) % 7)
            }
        }
    }
}
