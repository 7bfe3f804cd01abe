// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Payments

/// What a restore asks of Kafka.
extension KafkaWorkerClient {
    /// The most records of the changelog in one chunk.
    private static let chunk = 10_000

    public mutating func hold() throws(ClientError) {
        try translating(.consumer) { () throws(KafkaError) in try consumer.read(from: []) }
    }

    public mutating func committedOffsets(
        of partitions: [Int32]
    ) throws(ClientError) -> [CommittedPosition?] {
        let found = try translating(.consumer) { () throws(KafkaError) in
            try consumer.committedOffsets(
                partitions.map { TopicPartition(topic: callbacks, partition: $0) },
                within: settings.callTimeout)
        }
        return found.map { found in
            found.map { CommittedPosition(offset: $0.offset, metadata: OffsetMetadata($0.metadata)) }
        }
    }

    public mutating func bounds(of topic: Topic, _ partition: Int32) throws(ClientError) -> Watermarks {
        settings.noteStep()
        let name = settings.topics[topic]
        do throws(ClientError) {
            return try translating(.consumer) { () throws(KafkaError) in
                try admin.watermarks(
                    of: TopicPartition(topic: name, partition: partition), within: settings.callTimeout)
            }
        } catch {
            throw error.naming(name)
        }
    }

    public mutating func openChangelog(at offsets: [RecordPosition]) throws(ClientError) {
        try translating(.consumer) { () throws(KafkaError) in
            // A separate client, for the time of the restore: the member of the group reads callbacks only.
            // Partitions end one by one, and a fetch of those that have would hold up the others'.
            var reader = try Consumer(
                settings.kafka.reading(as: settings.group), group: nil, missingOffset: .fail,
                fetchWait: .milliseconds(10), log: log)
            try reader.assign(
                offsets.map {
                    PartitionOffset(topic: changelogTopic, partition: $0.partition, offset: $0.offset)
                })
            changelog = consume reader
        }
    }

    public mutating func readChangelog(
        _ visit: (_ partition: Int32, _ key: RawSpan, _ value: RawSpan?) -> Void
    ) throws(ClientError) -> Int {
        try translating(.consumer) { () throws(KafkaError) in
            try changelog?.fill(&changelogBatch, first: .milliseconds(5), limit: Self.chunk, bytes: 8 << 20)
        }
        if changelogBatch.count == 0 { changelog?.fetchOn() }
        for index in 0..<changelogBatch.count {
            let record = changelogBatch[index]
            #if FAILPOINTS
                if NextFormat.isChangelog, let key = record.key, let value = record.value {
                    let read = NextFormat.read(value)
                    visit(record.partition, key, read.span.bytes)
                    continue
                }
            #endif
            // A record without a key is not a payment state.
            if let key = record.key { visit(record.partition, key, record.value) }
        }
        return changelogBatch.count
    }

    public mutating func changelogPosition(of partition: Int32) throws(ClientError) -> Int64? {
        try translating(.consumer) { () throws(KafkaError) in
            try changelog?.position(of: TopicPartition(topic: changelogTopic, partition: partition))
        }
    }

    public mutating func closeChangelog() {
        changelogBatch.empty()
        changelog = nil
    }

    public mutating func start(at offsets: [RecordPosition]) throws(ClientError) {
        try translating(.consumer) { () throws(KafkaError) in
            try consumer.read(
                from: offsets.map {
                    PartitionOffset(topic: callbacks, partition: $0.partition, offset: $0.offset)
                })
        }
    }

    public func callbacksEnd(of partition: Int32) -> Int64? {
        consumer.fetchedEnd(of: TopicPartition(topic: callbacks, partition: partition))
    }

    public mutating func callbacksPosition(of partition: Int32) throws(ClientError) -> Int64? {
        try translating(.consumer) { () throws(KafkaError) in
            try consumer.position(of: TopicPartition(topic: callbacks, partition: partition))
        }
    }
}
