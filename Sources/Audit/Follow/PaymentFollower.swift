public import Kafka
internal import Payments
public import Telemetry

/// Follows the events of one payment from the end of its partition on, committed ones only.
///
/// Confined to the thread that made it. Make it before the payment: the end is noted then, so that no event
/// of the payment is missed.
public struct PaymentFollower: ~Copyable {
    private var consumer: Consumer
    private var batch = RecordBatch()
    private var waiting: [FollowedEvent] = []
    private let key: [UInt8]

    /// - Parameters:
    ///   - topic: the topic of events.
    ///   - patience: how long one question to a broker may take.
    public init(
        _ name: PaymentName, topic: String, kafka: KafkaConfiguration, patience: Duration = .seconds(30),
        log: Log
    ) throws(TopicReadError) {
        key = name.key
        let found = try Self.description(of: topic, kafka, patience, log)
        guard let found else { throw .missingTopic(topic) }
        let partition = TopicPartition(
            topic: topic,
            partition: Int32(Murmur2.partition(of: name.key.span.bytes, count: found.partitions)))
        consumer = try Self.consumer(of: partition, kafka, patience, log)
    }

    /// A consumer at the end of a partition.
    private static func consumer(
        of partition: TopicPartition, _ configuration: KafkaConfiguration, _ patience: Duration, _ log: Log
    ) throws(TopicReadError) -> Consumer {
        do throws(KafkaError) {
            var consumer = try Consumer(
                configuration, group: nil, isolation: .readCommitted, missingOffset: .fail, log: log)
            let end = try consumer.watermarks(of: partition, within: patience).high
            try consumer.assign([
                PartitionOffset(topic: partition.topic, partition: partition.partition, offset: end)
            ])
            return consumer
        } catch {
            throw .kafka(error)
        }
    }

    private static func description(
        of topic: String, _ configuration: KafkaConfiguration, _ patience: Duration, _ log: Log
    ) throws(TopicReadError) -> TopicDescription? {
        do throws(KafkaError) {
            return try Admin(configuration, log: log).describe(topic, within: patience)
        } catch {
            throw .kafka(error)
        }
    }

    /// The next event of the payment; nil once the deadline has passed.
    public mutating func next(until deadline: ContinuousClock.Instant) throws(TopicReadError)
        -> FollowedEvent?
    {
        while waiting.isEmpty {
            guard ContinuousClock.now < deadline else { return nil }
            do throws(KafkaError) {
                try consumer.fill(&batch, first: .milliseconds(200), limit: 1000)
            } catch {
                guard error.severity == .retriable else { throw .kafka(error) }
                continue
            }
            for index in 0..<batch.count {
                let record = LoggedRecord(batch[index])
                guard let found = record.keyBytes, found.elementsEqual(key), let value = record.valueBytes
                else {
                    continue
                }
                if let event = FollowedEvent(value) { waiting.append(event) }
            }
        }
        return waiting.removeFirst()
    }
}
