// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
public import Kafka

/// What tests make the embedded cluster do wrong.
extension EmbeddedCluster {
    /// A request of the Kafka protocol, by its number there.
    public enum Request: Int16, Sendable {
        case produce = 0
        case findCoordinator = 10
        case initProducerID = 22
        case addOffsetsToTransaction = 25
        case endTransaction = 26
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

    /// Closes every broker's connections and refuses new ones, until `bringUp`.
    public func takeDown() { for broker in 1...brokers { rd_kafka_mock_broker_set_down(cluster, broker) } }

    /// Lets the brokers answer again.
    public func bringUp() { for broker in 1...brokers { rd_kafka_mock_broker_set_up(cluster, broker) } }

    /// Delays every answer: a long delay is a broker that took the request and then hangs.
    public func delayAnswers(by delay: Duration) {
        for broker in 1...brokers {
            rd_kafka_mock_broker_set_rtt(cluster, broker, Int32(delay / .milliseconds(1)))
        }
    }

    /// Gives a partition another leader, a broker by its number; the former one answers that it is not the
    /// leader.
    public func moveLeader(of partition: TopicPartition, to broker: Int) {
        rd_kafka_mock_partition_set_leader(cluster, partition.topic, partition.partition, Int32(broker))
    }
}
