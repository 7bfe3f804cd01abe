// SPDX-License-Identifier: Apache-2.0
internal import Kafka

/// One partition of an output topic, read to an end that moves.
///
/// Confined to the thread of its reader. A class because the proof and the follower share it.
final class FollowedSource: RecordSource {
    /// Shared with the other partitions of the thread; each turn opens it again.
    private let reader: PartitionReader
    private let partition: TopicPartition
    private var nextOffset: Int64
    private var end: Int64
    private var isOpen = false

    init(_ reader: PartitionReader, _ partition: TopicPartition, from start: Int64) {
        self.reader = reader
        self.partition = partition
        nextOffset = start
        end = start
    }

    /// Begins a turn.
    ///
    /// - Parameter end: as of `PartitionReader.open`.
    func extend(to end: Int64) {
        self.end = max(end, self.end)
        isOpen = false
    }

    func next() throws(TopicReadError) -> LoggedRecord? {
        if !isOpen {
            try reader.open(partition, from: nextOffset, to: end)
            isOpen = true
        }
        guard let record = try reader.next() else {
            nextOffset = end
            return nil
        }
        nextOffset = record.offset + 1
        return record
    }
}
