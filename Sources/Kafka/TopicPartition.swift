// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// One partition of a topic.
public struct TopicPartition: Hashable, Sendable {
    public var topic: String
    public var partition: Int32

    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}

extension TopicPartition: CustomStringConvertible {
    public var description: String { "\(topic)/\(partition)" }
}

/// A place in a partition. Where an offset is committed, it is that of the *next* record to read.
public struct PartitionOffset: Hashable, Sendable {
    public var topic: String
    public var partition: Int32
    public var offset: Int64
    /// Committed with the offset, for anyone who reads it; empty for none.
    public var metadata = ""

    public init(topic: String, partition: Int32, offset: Int64, metadata: String = "") {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.metadata = metadata
    }

    public var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}

/// librdkafka's list of partitions, owned. Its elements are valid while it lives.
///
/// Give it a name before its pointer is handed on: a temporary ends before the call that was given its
/// pointer.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int) {
        pointer = rd_kafka_topic_partition_list_new(Int32(capacity))
    }

    init(_ partitions: [TopicPartition]) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition.topic, partition.partition, nil) }
    }

    init(_ offsets: [PartitionOffset]) {
        self.init(capacity: offsets.count)
        for offset in offsets { add(offset.topic, offset.partition, offset.offset, offset.metadata) }
    }

    func add(_ topic: String, _ partition: Int32, _ offset: Int64?, _ metadata: String = "") {
        let element = rd_kafka_topic_partition_list_add(pointer, topic, partition)
        if let offset { element?.pointee.offset = offset }
        guard !metadata.isEmpty, let bytes = rd_kafka_mem_malloc(nil, metadata.utf8.count) else { return }
        // The list frees it with itself.
        var metadata = metadata
        metadata.withUTF8 { text in
            if let start = text.baseAddress { bytes.copyMemory(from: start, byteCount: text.count) }
        }
        element?.pointee.metadata = bytes
        element?.pointee.metadata_size = metadata.utf8.count
    }

    /// What was committed with an element's offset.
    func metadata(at index: Int) -> String {
        let element = pointer.pointee.elems[index]
        let bytes = UnsafeRawBufferPointer(start: element.metadata, count: element.metadata_size)
        return String(decoding: bytes, as: UTF8.self)
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }
}

/// Copies librdkafka's list into values of ours.
func topicPartitions(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [TopicPartition] {
    (0..<Int(list.pointee.cnt)).map { index in
        let element = list.pointee.elems[index]
        return TopicPartition(topic: String(cString: element.topic), partition: element.partition)
    }
}
