// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Kafka
public import Payments
public import Telemetry

/// Finds where the partitions of the five topics begin and end, and reads them.
///
/// Confined to the thread that made it.
public final class TopicReader {
    /// What an audit reads, and how.
    public struct Settings: Sendable {
        public var kafka: KafkaConfiguration
        public var topics: TopicNames
        /// The workers' group, whose committed offsets say what has been decided.
        public var group: String
        /// How long one question to a broker may take, and how long nothing may arrive.
        public var patience: Duration

        public init(
            kafka: KafkaConfiguration, topics: TopicNames, group: String, patience: Duration = .seconds(30)
        ) {
            self.kafka = kafka
            self.topics = topics
            self.group = group
            self.patience = patience
        }
    }

    /// librdkafka properties that keep several readers small; an operator's own come after them.
    public static var properties: [(name: String, value: String)] { PartitionReader.properties }

    package let settings: Settings
    private let log: Log
    private let admin: Admin
    private let member: Consumer
    /// One for each topic, so that they are read side by side.
    private let readers: [PartitionReader]
    /// Partitions that all five topics have.
    public let partitionCount: Int32
    /// Partitions of the callbacks topic: more where partitions were added to it alone.
    package let callbacksPartitionCount: Int32

    /// - Throws: a topic that is missing, or partition counts that differ in another way.
    public init(_ settings: Settings, log: Log) throws(TopicReadError) {
        self.settings = settings
        self.log = log
        var readers: [PartitionReader] = []
        for _ in Topic.allCases {
            // The workers' group id: an audit then needs no right to a group that the workers do not need.
            readers.append(
                try PartitionReader(
                    settings.kafka.reading(as: settings.group), patience: settings.patience, log: log))
        }
        self.readers = readers
        admin = try asking { () throws(KafkaError) in try Admin(settings.kafka, log: log) }
        // Only asks: it never joins the group.
        member = try asking { () throws(KafkaError) in
            try Consumer(settings.kafka, group: .init(id: settings.group), log: log)
        }
        var counts: [(topic: String, count: Int)] = []
        for topic in Topic.allCases {
            let name = settings.topics[topic]
            counts.append((name, try admin.partitionCount(of: name, within: settings.patience)))
        }
        let outputs = Set(counts.dropFirst().map(\.count))
        guard let callbacks = counts.first?.count, outputs.count == 1, let count = outputs.first,
            count <= callbacks
        else { throw .partitionCounts(counts) }
        partitionCount = Int32(count)
        callbacksPartitionCount = Int32(callbacks)
        // An empty topic is not read, and then a missing right would show only once it is not.
        try asking { () throws(KafkaError) in
            try settings.kafka.reading(as: settings.group).fetchOnce(
                from: Topic.allCases.map { settings.topics[$0] }, partitionCount: Int32(count),
                within: settings.patience, log: log)
        }
    }

    /// Asks again what fails for the moment, such as a topic whose leader is just being elected.
    private func retryWhileRetriable<Answer>(_ ask: () throws(KafkaError) -> Answer) throws(TopicReadError)
        -> Answer
    {
        let deadline = ContinuousClock.now + settings.patience
        while true {
            do throws(KafkaError) {
                return try ask()
            } catch {
                let isWorthAsking = error.severity == .retriable && !error.isUnreachable
                guard isWorthAsking, ContinuousClock.now < deadline else { throw .kafka(error) }
                usleep(100_000)
            }
        }
    }

    package func name(_ topic: Topic, _ partition: Int32) -> TopicPartition {
        TopicPartition(topic: settings.topics[topic], partition: partition)
    }

    package func reader(_ topic: Topic) -> PartitionReader { readers[topic.rawValue] }

    /// The reader of a topic, turned to a partition as `PartitionReader.open` says.
    package func open(
        _ topic: Topic, _ partition: Int32, from start: Int64, to end: Int64
    ) throws(TopicReadError) -> PartitionReader {
        let reader = reader(topic)
        try reader.open(name(topic, partition), from: start, to: end)
        return reader
    }

    /// The same for all records that the partition has now.
    package func open(_ topic: Topic, _ partition: Int32) throws(TopicReadError) -> PartitionReader {
        let bounds = try bounds(topic, partition)
        return try open(topic, partition, from: bounds.low, to: bounds.high)
    }

    /// The first offset and the one after the last, open transactions included.
    package func bounds(_ topic: Topic, _ partition: Int32) throws(TopicReadError) -> Watermarks {
        try bounds(name(topic, partition))
    }

    /// The offset behind which readers of committed records see nothing: the first of an open transaction, or
    /// the end.
    package func stableEnd(_ topic: Topic, _ partition: Int32) throws(TopicReadError) -> Int64 {
        try retryWhileRetriable { () throws(KafkaError) in
            try member.watermarks(of: name(topic, partition), within: settings.patience).high
        }
    }

    /// The offset of the next callback that the workers' group has to decide; nil where it has decided none.
    package func committed(_ partition: Int32) throws(TopicReadError) -> Int64? {
        try committed(name(.callbacks, partition))
    }

    /// The same of a partition of any topic.
    package func bounds(_ partition: TopicPartition) throws(TopicReadError) -> Watermarks {
        try retryWhileRetriable { () throws(KafkaError) in
            try admin.watermarks(of: partition, within: settings.patience)
        }
    }

    /// The group's offset of a partition of any topic; nil where it has none.
    package func committed(_ partition: TopicPartition) throws(TopicReadError) -> Int64? {
        try retryWhileRetriable { () throws(KafkaError) in
            try member.committed([partition], within: settings.patience)[0]
        }
    }

    /// The group's offset of a partition with the metadata that it was committed with; nil where it has none.
    package func committedPosition(_ partition: Int32) throws(TopicReadError) -> PartitionOffset? {
        try retryWhileRetriable { () throws(KafkaError) in
            try member.committedOffsets([name(.callbacks, partition)], within: settings.patience)[0]
        }
    }

    /// The first offset whose record is not older than `time`; nil where all are.
    package func offset(_ topic: Topic, _ partition: Int32, at time: Timestamp) throws(TopicReadError)
        -> Int64?
    {
        try retryWhileRetriable { () throws(KafkaError) in
            try admin.offsets(
                of: [name(topic, partition)], at: time.milliseconds, within: settings.patience)[0]
        }
    }

    /// How long a topic keeps records; nil permanently.
    package func retention(of topic: Topic) throws(TopicReadError) -> Duration? {
        let found = try retryWhileRetriable { () throws(KafkaError) in
            try admin.settings(of: settings.topics[topic], within: settings.patience)
        }
        guard let text = found.first(where: { $0.name == "retention.ms" })?.value,
            let milliseconds = Int64(text), milliseconds >= 0
        else { return nil }
        return .milliseconds(milliseconds)
    }

    /// How many replicas a topic's partitions have.
    package func replication(of topic: Topic) throws(TopicReadError) -> Int {
        try retryWhileRetriable { () throws(KafkaError) in
            try admin.describe(settings.topics[topic], within: settings.patience)?.replication ?? 1
        }
    }

    /// The id that the cluster was formatted with.
    package func clusterID() throws(TopicReadError) -> String {
        try retryWhileRetriable { () throws(KafkaError) in try admin.clusterID(within: settings.patience) }
    }

    /// A reader beside the ones for the topics.
    package func makeReader() throws(TopicReadError) -> PartitionReader {
        try PartitionReader(settings.kafka.reading(as: settings.group), patience: settings.patience, log: log)
    }

    /// Records read so far and their bytes.
    var readSoFar: (records: Int, bytes: Int) {
        readers.reduce(into: (0, 0)) { sum, reader in
            sum.0 += reader.recordCount
            sum.1 += reader.byteCount
        }
    }
}
