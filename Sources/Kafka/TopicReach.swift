// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import System

/// What a broker reported about one topic.
public struct TopicReach: Sendable, Equatable {
    public let partitions: Int
    /// Partitions that no broker leads: nothing can be written to them.
    public let withoutLeader: Int
    /// Partitions with fewer replicas in sync than they have. With `acks=all` a broker refuses records as
    /// soon as fewer than `min.insync.replicas` are left; librdkafka retries that until the record's time has
    /// passed, and then reports only the time-out.
    public let underReplicated: Int

    init(_ found: rd_kafka_metadata_topic) {
        let all = (0..<Int(found.partition_cnt)).map { found.partitions[$0] }
        partitions = all.count
        withoutLeader = all.count { $0.leader < 0 }
        underReplicated = all.count { $0.isr_cnt < $0.replica_cnt }
    }

    /// What of this can be why records are not written; nil where nothing is.
    public var weakness: String? {
        var parts: [String] = []
        if withoutLeader > 0 { parts.append("\(withoutLeader) of \(partitions) partitions have no leader") }
        if underReplicated > 0 {
            parts.append("\(underReplicated) of \(partitions) partitions have replicas out of sync")
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension Client {
    /// Asks a broker for one topic. Blocks its caller.
    ///
    /// - Parameters:
    ///   - operation: what this client does with the topic. Every right to do it implies the right to
    ///     describe the topic, so a client that may not describe it lacks that right.
    ///   - read: is handed librdkafka's answer, which is gone afterwards.
    func describe<Answer>(
        _ topic: OpaquePointer, for operation: KafkaRight.Operation, within limit: Duration,
        read: (rd_kafka_metadata_topic) -> Answer
    ) throws(KafkaError) -> Answer {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try check(rd_kafka_metadata(pointer, 0, topic, &metadata, limit.millisecondsRoundedUp))
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let metadata, metadata.pointee.topic_cnt > 0 else { throw KafkaError(.unknownTopic) }
        let found = metadata.pointee.topics[0]
        guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let name = String(cString: found.topic)
            throw KafkaError(
                found.err, detail: "topic \(name): " + String(cString: rd_kafka_err2str(found.err))
            ).naming(KafkaRight(operation, on: .topic(name)))
        }
        return read(found)
    }

    /// Asks a broker for the topic of a producer. Blocks its caller.
    func reach(of topic: OpaquePointer, within limit: Duration) throws(KafkaError) -> TopicReach {
        try describe(topic, for: .write, within: limit) { TopicReach($0) }
    }
}
