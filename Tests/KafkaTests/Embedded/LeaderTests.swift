// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

/// A partition's leader moves in the life of every cluster: at each restart of a broker, for one.
@Suite("Questions to a partition's leader", .serialized)
struct LeaderTests {
    private func withMovedLeader(
        _ ask: (borrowing Admin, TopicPartition) throws -> Void
    ) throws {
        let cluster = try EmbeddedCluster(brokers: 2, log: .silent)
        try cluster.create("moved", partitions: 1, replication: 2)
        let partition = TopicPartition(topic: "moved", partition: 0)
        let admin = try Admin(
            KafkaConfiguration(bootstrapServers: cluster.bootstrapServers), log: .silent)
        for leader in [1, 2, 1] {
            cluster.moveLeader(of: partition, to: leader)
            try ask(admin, partition)
        }
    }

    @Test("where a partition begins and ends is answered after its leader moved", .timeLimit(.minutes(30)))
    func watermarks() throws {
        try withMovedLeader { admin, partition in
            let found = try admin.watermarks(of: partition, within: .seconds(60))
            #expect(found.low == 0 && found.high == 0)
        }
    }

    @Test("an offset by time is answered after the leader moved", .timeLimit(.minutes(30)))
    func times() throws {
        try withMovedLeader { admin, partition in
            let found = try admin.offsets(of: [partition], at: 0, within: .seconds(60))
            #expect(found.count == 1)
        }
    }

    @Test("a cluster that does not answer is reported within the limit", .timeLimit(.minutes(30)))
    func unreachable() throws {
        let admin = try Admin(KafkaConfiguration(bootstrapServers: "127.0.0.1:1"), log: .silent)
        do throws(KafkaError) {
            _ = try admin.watermarks(of: TopicPartition(topic: "none", partition: 0), within: .seconds(3))
            Issue.record("no answer")
        } catch {
            #expect(error.isUnreachable)
        }
    }
}
