// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments
internal import Telemetry

/// Reads the events of all payments, committed ones only, from a time on, and goes on with new ones.
///
/// Confined to the thread that made it.
struct EventScan: ~Copyable {
    private var consumer: Consumer
    private var batch = RecordBatch()
    private var reader = StatusEventReader()
    /// Where the partitions that have records to read ended at the start.
    private let ends: [PartitionOffset]
    private let patience: Duration
    private static let recordsPerFill = 4096

    /// - Parameters:
    ///   - topic: the topic of events.
    ///   - time: records before it are not read.
    ///   - patience: how long one question to a broker may take, and how long nothing may arrive.
    init(
        topic: String, kafka: KafkaConfiguration, since time: Timestamp, patience: Duration, log: Log
    ) throws(TopicReadError) {
        let count = try kafka.partitionCount(of: topic, within: patience, log: log)
        let partitions = (0..<Int32(count)).map { TopicPartition(topic: topic, partition: $0) }
        var ends: [PartitionOffset] = []
        consumer = try Self.consumer(of: partitions, kafka, since: time, patience, log, ends: &ends)
        self.ends = ends
        self.patience = patience
    }

    /// A consumer at the first records that are not older than a time.
    ///
    /// - Parameter ends: gets the ends of the partitions that have such records.
    private static func consumer(
        of partitions: [TopicPartition], _ kafka: KafkaConfiguration, since time: Timestamp,
        _ patience: Duration, _ log: Log, ends: inout [PartitionOffset]
    ) throws(TopicReadError) -> Consumer {
        try asking { () throws(KafkaError) in
            var consumer = try Consumer(kafka, group: nil, isolation: .readCommitted, log: log)
            let offsets = try consumer.offsets(of: partitions, at: time.milliseconds, within: patience)
            var starts: [PartitionOffset] = []
            for (partition, offset) in zip(partitions, offsets) {
                let end = try consumer.watermarks(of: partition, within: patience).high
                let start = min(offset ?? end, end)
                let (topic, number) = (partition.topic, partition.partition)
                starts.append(PartitionOffset(topic: topic, partition: number, offset: start))
                guard start < end else { continue }
                ends.append(PartitionOffset(topic: topic, partition: number, offset: end))
            }
            try consumer.assign(starts)
            return consumer
        }
    }

    /// Reads up to where the partitions ended at the start.
    ///
    /// - Parameter isStopping: ends the reading early.
    mutating func readToEnd(
        isStopping: () -> Bool, _ body: (StatusEvent) -> Void
    ) throws(TopicReadError) {
        var deadline = ContinuousClock.now + patience
        while !isStopping() {
            if try poll(within: .milliseconds(50), body) > 0 { deadline = .now + patience }
            guard let behind = try partitionBehind() else { return }
            if ContinuousClock.now > deadline {
                throw .stalled(behind.topicPartition, at: nil, end: behind.offset)
            }
        }
    }

    /// Waits for events and gives each that has arrived.
    ///
    /// - Returns: how many records arrived.
    @discardableResult
    mutating func poll(
        within limit: Duration, _ body: (StatusEvent) -> Void
    ) throws(TopicReadError) -> Int {
        do throws(KafkaError) {
            try consumer.fill(&batch, first: limit, limit: Self.recordsPerFill)
        } catch {
            guard error.severity == .retriable else { throw .kafka(error) }
            return 0
        }
        for index in 0..<batch.count {
            guard let value = LoggedRecord(batch[index]).valueBytes, let event = reader.read(value) else {
                continue
            }
            body(event)
        }
        return batch.count
    }

    private func partitionBehind() throws(TopicReadError) -> PartitionOffset? {
        for end in ends {
            let position = try asking { () throws(KafkaError) in
                try consumer.position(of: end.topicPartition)
            }
            if position.map({ $0 < end.offset }) ?? true { return end }
        }
        return nil
    }
}
