// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// A topic to be made.
public struct NewTopic: Sendable {
    public var name: String
    public var partitions: Int
    public var replication: Int
    /// Topic settings by their broker names, such as `cleanup.policy`.
    public var settings: [(name: String, value: String)]

    public init(
        _ name: String, partitions: Int, replication: Int = 1, settings: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.settings = settings
    }
}

/// A topic as it is.
public struct TopicDescription: Equatable, Sendable {
    public let name: String
    public let partitions: Int
    /// Of the partition with the fewest replicas.
    public let replication: Int
    /// Replicas in sync, of the partition with the fewest.
    public let inSync: Int
}

/// A topic's setting as it takes effect.
public struct TopicSetting: Equatable, Sendable {
    public let name: String
    public let value: String
}

extension Admin {
    /// Makes topics. For each, in order, nil or why it was not made (`isTopicAlreadyThere`).
    public func create(_ topics: [NewTopic], within limit: Duration) throws(KafkaError) -> [KafkaError?] {
        var requests: [OpaquePointer?] = []
        defer { for request in requests { rd_kafka_NewTopic_destroy(request) } }
        for topic in topics { requests.append(try request(for: topic)) }
        return try perform(RD_KAFKA_ADMIN_OP_CREATETOPICS, within: limit) { options, queue in
            rd_kafka_CreateTopics(client.pointer, &requests, requests.count, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event), &count)
            return outcomes(of: topics.map(\.name), results, count, .create)
        }
    }

    /// Deletes topics with all they hold. For each, in order, nil or why not (`isUnknownTopic`).
    public func delete(_ topics: [String], within limit: Duration) throws(KafkaError) -> [KafkaError?] {
        var requests: [OpaquePointer?] = topics.map { rd_kafka_DeleteTopic_new($0) }
        defer { for request in requests { rd_kafka_DeleteTopic_destroy(request) } }
        return try perform(RD_KAFKA_ADMIN_OP_DELETETOPICS, within: limit) { options, queue in
            rd_kafka_DeleteTopics(client.pointer, &requests, requests.count, options, queue)
        } read: { event in
            var count = 0
            let results = rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count)
            return outcomes(of: topics, results, count, .delete)
        }
    }

    /// A topic's partitions and replicas; nil where there is no such topic. It is not made by asking.
    ///
    /// - Parameter operation: what this client is about to do with the topic. Every right to do it implies
    ///   the right to describe the topic, so a client that may not describe it lacks that right.
    public func describe(
        _ name: String, for operation: KafkaRight.Operation = .describe, within limit: Duration
    ) throws(KafkaError) -> TopicDescription? {
        guard let topic = rd_kafka_topic_new(client.pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        defer { rd_kafka_topic_destroy(topic) }
        do throws(KafkaError) {
            return try client.describe(topic, for: operation, within: limit) { found in
                let partitions = Int(found.partition_cnt)
                let replicas = (0..<partitions).map { Int(found.partitions[$0].replica_cnt) }
                let inSync = (0..<partitions).map { Int(found.partitions[$0].isr_cnt) }
                return TopicDescription(
                    name: name, partitions: partitions, replication: replicas.min() ?? 0,
                    inSync: inSync.min() ?? 0)
            }
        } catch {
            if error.isUnknownTopic { return nil }
            throw error
        }
    }

    /// All settings of a topic, as they take effect, in the broker's order.
    public func settings(of topic: String, within limit: Duration) throws(KafkaError) -> [TopicSetting] {
        var request = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
        defer { rd_kafka_ConfigResource_destroy(request) }
        return try perform(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, within: limit) { options, queue in
            rd_kafka_DescribeConfigs(client.pointer, &request, 1, options, queue)
        } read: { event throws(KafkaError) in
            var count = 0
            let resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count)
            guard count == 1, let resource = resources?[0] else { throw KafkaError(.unknownTopic) }
            try requiring(.init(.describeConfigs, on: .topic(topic))) { () throws(KafkaError) in
                try client.check(rd_kafka_ConfigResource_error(resource))
            }
            var entryCount = 0
            let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
            return (0..<entryCount).compactMap { index in
                guard let entry = entries?[index] else { return nil }
                return TopicSetting(
                    name: String(cString: rd_kafka_ConfigEntry_name(entry)),
                    value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) } ?? "")
            }
        }
    }

    private func request(for topic: NewTopic) throws(KafkaError) -> OpaquePointer {
        var sentence = [CChar](repeating: 0, count: 256)
        guard
            let request = rd_kafka_NewTopic_new(
                topic.name, Int32(topic.partitions), Int32(topic.replication), &sentence, sentence.count)
        else { throw KafkaError(.invalidArgument, detail: String(nullTerminated: sentence)) }
        for (name, value) in topic.settings { rd_kafka_NewTopic_set_config(request, name, value) }
        return request
    }

    /// The broker answers in a separate order.
    private func outcomes(
        of names: [String], _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int,
        _ operation: KafkaRight.Operation
    ) -> [KafkaError?] {
        var failures: [String: KafkaError] = [:]
        for index in 0..<count {
            guard let result = results?[index] else { continue }
            let code = rd_kafka_topic_result_error(result)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let name = String(cString: rd_kafka_topic_result_name(result))
            let error = client.error(
                code, detail: rd_kafka_topic_result_error_string(result).map { String(cString: $0) })
            failures[name] = error.naming(
                KafkaRight(operation, on: .topic(name)), KafkaRight(operation, on: .cluster))
        }
        return names.map { failures[$0] }
    }
}
