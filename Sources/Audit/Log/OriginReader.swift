// SPDX-License-Identifier: Apache-2.0
package import Payments

/// Reads from an output record which callback it comes from.
package struct OriginReader {
    private let topic: [UInt8]
    private let partition: Int64
    private var events = EventReader()

    /// - Parameters:
    ///   - topic: the callbacks' topic.
    ///   - partition: that of callbacks and output alike.
    package init(topic: String, partition: Int32) {
        self.topic = Array(topic.utf8)
        self.partition = Int64(partition)
    }

    /// The callback's offset; nil where the record names none of this partition.
    package mutating func offset(of record: LoggedRecord, _ output: Topic) -> Int64? {
        guard let origin = output == .status ? event(record)?.origin : OutputHeader.origin(of: record),
            origin.partition == partition, origin.topic == topic, origin.offset >= 0
        else { return nil }
        return origin.offset
    }

    private mutating func event(_ record: LoggedRecord) -> PublishedEvent? {
        record.valueBytes.flatMap { events.read($0) }
    }
}
