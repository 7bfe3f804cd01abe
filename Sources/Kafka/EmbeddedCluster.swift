// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
public import Telemetry
internal import System

/// librdkafka's cluster in memory, for the demo and for tests that inject errors.
///
/// Never an oracle for exactly-once: it ignores the isolation level, writes no control markers, discards
/// offsets committed in transactions, fences no producer, knows no admin requests, and drops the oldest
/// records above 5 MiB or 100,000 message sets of a partition. A group's first join takes about 3 s.
public struct EmbeddedCluster: ~Copyable {
    /// A request of the Kafka protocol, by its number there.
    public struct Request: RawRepresentable, Sendable {
        public let rawValue: Int16
        public init(rawValue: Int16) { self.rawValue = rawValue }

        public static let produce = Request(rawValue: 0)
        public static let fetch = Request(rawValue: 1)
        public static let metadata = Request(rawValue: 3)
        public static let offsetFetch = Request(rawValue: 9)
        public static let findCoordinator = Request(rawValue: 10)
        public static let initProducerID = Request(rawValue: 22)
        public static let addPartitionsToTransaction = Request(rawValue: 24)
        public static let addOffsetsToTransaction = Request(rawValue: 25)
        public static let endTransaction = Request(rawValue: 26)
        public static let commitTransactionalOffsets = Request(rawValue: 28)
    }

    private let client: Client
    private let cluster: OpaquePointer
    private let brokers: Int32

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
        try KafkaError.check(
            rd_kafka_mock_topic_create(cluster, topic, Int32(partitions), Int32(replication)))
    }

    /// The next requests of this kind are answered with these errors, one each, in order.
    public func answer(_ request: Request, with errors: [KafkaError.Code]) {
        let codes = errors.map { rd_kafka_resp_err_t($0.rawValue) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes)
    }

    /// Takes back the errors that were not given yet.
    public func answerNormally(_ request: Request) {
        rd_kafka_mock_clear_request_errors(cluster, request.rawValue)
    }

    /// Closes every broker's connections and refuses new ones, until `up`.
    public func takeDown() { for broker in 1...brokers { rd_kafka_mock_broker_set_down(cluster, broker) } }

    /// Lets the brokers answer again.
    public func bringUp() { for broker in 1...brokers { rd_kafka_mock_broker_set_up(cluster, broker) } }

    /// Delays every answer: a long delay is a broker that took the request and then hangs.
    public func delayAnswers(by delay: Duration) {
        for broker in 1...brokers {
            rd_kafka_mock_broker_set_rtt(cluster, broker, delay.millisecondsRoundedUp)
        }
    }

    /// Gives a partition another leader, a broker by its number; the former one answers that it is not the
    /// leader.
    public func moveLeader(of partition: TopicPartition, to broker: Int) throws(KafkaError) {
        try KafkaError.check(
            rd_kafka_mock_partition_set_leader(
                cluster, partition.topic, partition.partition, Int32(broker)))
    }
}
