// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Telemetry

/// Follows the events of all payments from the ends of the partitions on, committed ones only.
///
/// Confined to the thread that made it.
public struct EventFollower: ~Copyable {
    private var consumer: Consumer
    private var batch = RecordBatch()

    /// - Parameters:
    ///   - topic: the topic of events.
    ///   - patience: how long one question to a broker may take.
    public init(
        topic: String, kafka: KafkaConfiguration, patience: Duration = .seconds(30), log: Log
    ) throws(TopicReadError) {
        let count = try kafka.partitionCount(of: topic, within: patience, log: log)
        let partitions = (0..<Int32(count)).map { TopicPartition(topic: topic, partition: $0) }
        self.init(try Self.consumer(of: partitions, kafka, patience, log))
    }

    init(_ consumer: consuming Consumer) {
        self.consumer = consumer
    }

    /// Waits for events, and gives each that has arrived with the key of its record.
    public mutating func poll(
        within limit: Duration, _ body: (String, FollowedEvent) -> Void
    ) throws(TopicReadError) {
        do throws(KafkaError) {
            try consumer.fill(&batch, first: limit, limit: 1000)
        } catch {
            guard error.severity == .retriable else { throw .kafka(error) }
            return
        }
        for index in 0..<batch.count {
            let record = LoggedRecord(batch[index])
            guard let key = record.keyBytes, let value = record.valueBytes, let event = FollowedEvent(value)
            else { continue }
            body(String(decoding: key, as: UTF8.self), event)
        }
    }

    /// A consumer at the ends of partitions.
    static func consumer(
        of partitions: [TopicPartition], _ configuration: KafkaConfiguration, _ patience: Duration, _ log: Log
    ) throws(TopicReadError) -> Consumer {
        try asking { () throws(KafkaError) in
            var consumer = try Consumer(
                configuration, group: nil, isolation: .readCommitted, missingOffset: .fail, log: log)
            var ends: [PartitionOffset] = []
            for partition in partitions {
                let end = try consumer.watermarks(of: partition, within: patience).high
                ends.append(
                    PartitionOffset(topic: partition.topic, partition: partition.partition, offset: end))
            }
            try consumer.assign(ends)
            return consumer
        }
    }
}
