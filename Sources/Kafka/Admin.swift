// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
public import Telemetry
internal import System

/// Asks and changes what a cluster has: topics, their settings, where their partitions begin and end.
///
/// Every call blocks its thread for at most the limit given.
public struct Admin: ~Copyable {
    let client: Client
    /// librdkafka's handle: tests ask more of a cluster than this module does.
    package var handle: OpaquePointer { client.pointer }

    /// Returns immediately: the brokers need not be there.
    ///
    /// - Parameter isolation: whether the ends of partitions are behind the records of open transactions.
    public init(
        _ configuration: KafkaConfiguration, isolation: Consumer.Isolation = .readUncommitted, log: Log
    ) throws(KafkaError) {
        // A consumer: only a consumer has an isolation level.
        client = try Client(
            RD_KAFKA_CONSUMER,
            configuration.pairs + [
                ("isolation.level", isolation.rawValue),
                ("allow.auto.create.topics", "false"),
            ], tokens: configuration.tokenSource, log: log)
    }

    /// The id that the cluster was formatted with.
    public func clusterID(within limit: Duration) throws(KafkaError) -> String {
        guard let id = rd_kafka_clusterid(client.pointer, limit.millisecondsRoundedUp) else {
            throw client.error(
                RD_KAFKA_RESP_ERR__TIMED_OUT, detail: "no broker reported the cluster's id within \(limit)")
        }
        defer { rd_kafka_mem_free(client.pointer, id) }
        return String(cString: id)
    }

    /// The end of each partition, by one request to each leader; with `readCommitted` the last stable offset,
    /// before which no transaction is open.
    public func ends(
        of partitions: [TopicPartition], within limit: Duration
    ) throws(KafkaError) -> [Int64?] {
        // The time -1 means the end (protocol, ListOffsets).
        try client.offsets(of: partitions, at: -1, within: limit)
    }

    /// The first offset and the one after the last, open transactions included.
    public func watermarks(
        of partition: TopicPartition, within limit: Duration
    ) throws(KafkaError) -> Watermarks {
        try client.watermarks(of: partition, within: limit)
    }

    /// For each partition the first offset whose record is at or after `time` (milliseconds since 1970), nil
    /// where there is none.
    public func offsets(
        of partitions: [TopicPartition], at time: Int64, within limit: Duration
    ) throws(KafkaError) -> [Int64?] {
        try client.offsets(of: partitions, at: time, within: limit)
    }

    /// Sends one admin request and hands its answer, valid for the call, to `read`.
    func perform<Result>(
        _ operation: rd_kafka_admin_op_t, within limit: Duration,
        _ submit: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void,
        read: (_ event: OpaquePointer) throws(KafkaError) -> Result
    ) throws(KafkaError) -> Result {
        let options = rd_kafka_AdminOptions_new(client.pointer, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        try client.check(
            rd_kafka_AdminOptions_set_request_timeout(options, limit.millisecondsRoundedUp, nil, 0))
        let queue = rd_kafka_queue_new(client.pointer)
        defer { rd_kafka_queue_destroy(queue) }
        submit(options, queue)
        // librdkafka answers within the request's time-out; the second on top is for its own work.
        guard let event = rd_kafka_queue_poll(queue, (limit + .seconds(1)).millisecondsRoundedUp) else {
            throw client.error(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw client.error(code, detail: rd_kafka_event_error_string(event).map { String(cString: $0) })
        }
        return try read(event)
    }
}
