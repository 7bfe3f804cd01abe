// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("A consumer without membership on the embedded cluster")
struct ReaderTests {
    @Test("reads although the look-up of its group's coordinator is refused")
    func coordinatorRefused() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        try cluster.produce(["a", "b", "c"], to: "in")
        // GROUP_AUTHORIZATION_FAILED, to every look-up.
        cluster.answer(.findCoordinator, with: (0..<1_000).map { _ in KafkaError.Code(rawValue: 30) })
        var reader = try cluster.reader(of: "in")
        // librdkafka reports the refusal once, at any time: so this goes on until it has been reported.
        var batch = RecordBatch()
        var values: [String?] = []
        let deadline = ContinuousClock.now + .seconds(120)
        while values.count < 3 || reader.ignoredRefusals == 0, ContinuousClock.now < deadline {
            try reader.fill(&batch, first: .milliseconds(100), limit: 10)
            for index in 0..<batch.count { values.append(ReadRecord(batch[index]).valueText) }
        }
        #expect(reader.ignoredRefusals > 0)
        #expect(values == ["a", "b", "c"])
    }

    @Test("brokers that are away are asked for one partition of many, and each question ends (#2588)")
    func brokersAway() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 12)
        try cluster.produce(["a", "b", "c"], to: "in")
        var reader = try Consumer(
            KafkaConfiguration(bootstrapServers: cluster.bootstrapServers), group: nil, log: .silent)
        try reader.assign(
            (0..<12).map { PartitionOffset(topic: "in", partition: $0, offset: 0) })
        eventually { reader.fetchOn() == 12 }
        cluster.takeDown()
        // A hundred partitions would hold up a stop for a hundred seconds.
        eventually { reader.fetchOn() == 1 }
    }

    @Test("uses the group id that its configuration names")
    func groupID() throws {
        let configuration = try KafkaConfiguration(bootstrapServers: "127.0.0.1:9")
        #expect(configuration.reading(as: "workers").readerGroup == "workers")
    }
}
