// SPDX-License-Identifier: Apache-2.0
internal import Kafka
package import Payments

/// The progress of the workers, as the changelog has it.
extension TopicReader {
    /// A transaction writes the progress before the payments it changed, so it is not far from the end.
    private static let firstPiece: Int64 = 1024

    /// How far a partition has been processed; nil where no worker has begun it.
    package func progress(of partition: Int32) throws(TopicReadError) -> PartitionProgress? {
        let bounds = try bounds(.changelog, partition)
        var size = Self.firstPiece
        while true {
            let start = max(bounds.low, bounds.high - size)
            if let found = try newestProgress(of: partition, from: start, to: bounds.high) { return found }
            if start == bounds.low { return nil }
            size *= 8
        }
    }

    private func newestProgress(
        of partition: Int32, from start: Int64, to end: Int64
    ) throws(TopicReadError) -> PartitionProgress? {
        let source = try open(.changelog, partition, from: start, to: end)
        var newest: PartitionProgress?
        while let record = try source.next() {
            guard let key = record.key, let value = record.value else { continue }
            let bytes = record.bytes.span.bytes
            guard PartitionProgress.isKey(bytes.extracting(key)) else { continue }
            do throws(ProgressError) {
                newest = try PartitionProgress(decoding: bytes.extracting(value))
            } catch {
                throw .progress(error, partition: partition)
            }
        }
        return newest
    }

    /// The count that the workers process the partitions with: that of the topics, unless partitions were
    /// added.
    package func processedPartitionCount() throws(TopicReadError) -> Int32 {
        for partition in 0..<partitionCount {
            if let progress = try progress(of: partition) { return progress.partitionCount }
        }
        return partitionCount
    }
}
