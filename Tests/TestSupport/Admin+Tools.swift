// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
public import Kafka

/// What tests ask of a cluster, and no command does.
extension Admin {
    /// How many brokers there are.
    public func brokerCount(within limit: Duration) throws(KafkaError) -> Int {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try Self.check(rd_kafka_metadata(handle, 0, nil, &metadata, limit.milliseconds))
        defer { rd_kafka_metadata_destroy(metadata) }
        return metadata.map { Int($0.pointee.broker_cnt) } ?? 0
    }

    /// Drops all records below the given offsets, as retention would. Permanent.
    public func deleteRecords(before offsets: [PartitionOffset], within limit: Duration) throws(KafkaError) {
        // So that librdkafka asks the partitions' leaders, and not those that it remembers.
        for name in Set(offsets.map(\.topic)) { _ = try describe(name, within: limit) }
        let list = rd_kafka_topic_partition_list_new(Int32(offsets.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for offset in offsets {
            let element = rd_kafka_topic_partition_list_add(list, offset.topic, offset.partition)
            element?.pointee.offset = offset.offset
        }
        var request = rd_kafka_DeleteRecords_new(list)
        defer { rd_kafka_DeleteRecords_destroy(request) }
        let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_DELETERECORDS)
        defer { rd_kafka_AdminOptions_destroy(options) }
        try Self.check(rd_kafka_AdminOptions_set_request_timeout(options, limit.milliseconds, nil, 0))
        let queue = rd_kafka_queue_new(handle)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DeleteRecords(handle, &request, 1, options, queue)
        // librdkafka answers within the request's time-out; the second on top is for its own work.
        guard let event = rd_kafka_queue_poll(queue, (limit + .seconds(1)).milliseconds) else {
            return try Self.check(RD_KAFKA_RESP_ERR__TIMED_OUT)
        }
        defer { rd_kafka_event_destroy(event) }
        try Self.check(rd_kafka_event_error(event))
        let result = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
        guard let result else { return }
        for index in 0..<Int(result.pointee.cnt) { try Self.check(result.pointee.elems[index].err) }
    }

    private static func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(.init(rawValue: code.rawValue), severity: .fatal)
    }
}

extension Duration {
    fileprivate var milliseconds: Int32 { Int32(self / .milliseconds(1)) }
}
