// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
public import Telemetry

/// librdkafka's cluster in memory, for the demo and for tests that inject errors.
///
/// Never an oracle for exactly-once: it ignores the isolation level, writes no control markers, discards
/// offsets committed in transactions, fences no producer, knows no admin requests, and drops the oldest
/// records above 5 MiB or 100,000 message sets of a partition. A group's first join takes about 3 s.
public struct EmbeddedCluster: ~Copyable {
    private let client: Client
    /// librdkafka's handle: tests make it fail.
    package let cluster: OpaquePointer
    package let brokers: Int32

    /// - Parameter brokers: numbered from 1.
    public init(brokers: Int = 1, log: Log) throws(KafkaError) {
        let client = try Client(RD_KAFKA_PRODUCER, [], tokens: nil, log: log)
        guard let cluster = rd_kafka_mock_cluster_new(client.pointer, Int32(brokers)) else {
            throw KafkaError(.invalidState, detail: "the embedded cluster does not start")
        }
        self.client = client
        self.cluster = cluster
        self.brokers = Int32(brokers)
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster) }

    /// The value of `bootstrap.servers` for its clients: loopback, on free ports.
    public var bootstrapServers: String { String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

    /// Makes a topic; unknown ones are made with 4 partitions by anyone who asks for them.
    public func create(_ topic: String, partitions: Int, replication: Int = 1) throws(KafkaError) {
        try client.check(
            rd_kafka_mock_topic_create(cluster, topic, Int32(partitions), Int32(replication)))
    }
}
