// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments

/// Which callbacks' records have come to an output topic since a replay began. Who published them does
/// not matter.
struct Arrivals {
    private let topic: Topic
    private let reader: TopicReader
    private var source: PartitionReader?
    /// By partition: everything before it was looked at.
    private var ends: [Int32: Int64] = [:]
    private var partition: Int32 = -1
    private var callbacks: Set<Int64> = []

    init(_ topic: Topic, _ reader: TopicReader) {
        self.topic = topic
        self.reader = reader
    }

    /// Notices what comes to a partition from here on.
    mutating func begin(_ partition: Int32) throws(TopicReadError) {
        ends[partition] = try reader.bounds(topic, partition).high
    }

    /// Reads what has come, open transactions included: they are waited for.
    mutating func look(at partition: Int32) throws(TopicReadError) {
        if partition != self.partition { callbacks.removeAll() }
        self.partition = partition
        let end = try reader.bounds(topic, partition).high
        guard let start = ends[partition], start < end else { return }
        let source: PartitionReader
        if let open = self.source { source = open } else { source = try reader.makeReader() }
        self.source = source
        var origins = OriginReader(topic: reader.settings.topics[.callbacks], partition: partition)
        try source.open(reader.name(topic, partition), from: start, to: end)
        while let record = try source.next() {
            if let callback = origins.offset(of: record, topic) { callbacks.insert(callback) }
        }
        ends[partition] = end
    }

    /// Whether the record of a callback has come, as of the last look.
    func contains(_ callback: Int64, of partition: Int32) -> Bool {
        precondition(partition == self.partition, "a partition was asked for that was not looked at")
        return callbacks.contains(callback)
    }
}
