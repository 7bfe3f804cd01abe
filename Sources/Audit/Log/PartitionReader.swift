// SPDX-License-Identifier: Apache-2.0
public import Kafka
internal import Payments
public import Telemetry

/// Reads one partition after the other, committed records only, each up to an end known before.
///
/// Confined to the thread that made it. A class because the consumer is `~Copyable` and the sources are
/// passed around; it has one owner.
public final class PartitionReader: RecordSource {
    /// What librdkafka may fetch ahead: enough to keep reading, little enough that several readers stay
    /// small. And how long a broker may hold back an answer where nothing is new, which every turn to another
    /// partition waits for.
    static let properties: [(name: String, value: String)] = [
        ("queued.max.messages.kbytes", "16384"), ("fetch.max.bytes", "4194304"), ("fetch.wait.max.ms", "20"),
    ]
    private static let recordsPerFill = 4096

    private var consumer: Consumer
    private var batch = RecordBatch()
    private var index = 0
    private var partition: TopicPartition?
    private var end: Int64 = 0
    private let patience: Duration
    /// How many records were handed out since the reader was made, and their bytes.
    public private(set) var recordCount = 0
    public private(set) var byteCount = 0

    /// - Parameter patience: how long nothing may arrive before the partition counts as stalled.
    public init(
        _ configuration: KafkaConfiguration, patience: Duration = .seconds(30), log: Log
    ) throws(TopicReadError) {
        self.patience = patience
        consumer = try asking { () throws(KafkaError) in
            try Consumer(configuration, group: nil, missingOffset: .fail, log: log)
        }
    }

    /// Turns to a partition: the records from `start` up to, and not including, `end`.
    ///
    /// - Parameter end: taken without regard to open transactions. Committed ones that end before it are all
    ///   read, open ones are waited for.
    public func open(_ partition: TopicPartition, from start: Int64, to end: Int64) throws(TopicReadError) {
        batch.empty()
        index = 0
        self.end = end
        // A partition without records has no position that could reach its end.
        self.partition = start < end ? partition : nil
        guard start < end else { return }
        let offset = PartitionOffset(
            topic: partition.topic, partition: partition.partition, offset: start)
        // Of a topic that the client does not know it finds the leader only when it looks around, once a
        // second. So it is asked a question that makes it know the topic; whatever is wrong with it is
        // reported when it is read.
        _ = try? consumer.watermarks(of: partition, within: patience)
        try asking { () throws(KafkaError) in try consumer.assign([offset]) }
    }

    public func next() throws(TopicReadError) -> LoggedRecord? {
        guard let partition else { return nil }
        if index == batch.count {
            guard try fill(partition) else {
                self.partition = nil
                return nil
            }
        }
        let record = LoggedRecord(batch[index])
        guard record.offset < end else {
            self.partition = nil
            return nil
        }
        index += 1
        recordCount += 1
        byteCount += record.bytes.count
        return record
    }

    /// Fills the batch; false where the end was reached.
    private func fill(_ partition: TopicPartition) throws(TopicReadError) -> Bool {
        index = 0
        let deadline = ContinuousClock.now + patience
        while true {
            do throws(KafkaError) {
                try consumer.fill(&batch, first: .milliseconds(10), limit: Self.recordsPerFill)
                if !batch.isEmpty { return true }
                // Markers of transactions are between the records and behind the last one: the position
                // passes them.
                if let position = try consumer.position(of: partition), position >= end { return false }
            } catch {
                if error.code == .noOffset { throw .deleted(partition) }
                guard error.severity == .retriable else { throw .kafka(error) }
            }
            if ContinuousClock.now > deadline {
                throw .stalled(partition, at: try? consumer.position(of: partition), end: end)
            }
        }
    }
}

extension LoggedRecord {
    /// Copies a record out of its batch. A record without a timestamp counts as one from the beginning of
    /// time, as the worker has it.
    public init(_ record: borrowing Record) {
        self.init(
            offset: record.offset, time: Timestamp(milliseconds: record.timestamp ?? 0), key: record.key,
            value: record.value)
        let found = record.headers
        for index in 0..<found.count {
            let header = found[index]
            addHeader(header.name, header.value)
        }
    }
}
