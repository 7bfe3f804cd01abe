// SPDX-License-Identifier: Apache-2.0
public import Audit
internal import Kafka
public import Payments
public import Telemetry

/// Reads what a worker compares when it starts, without joining the group.
public struct OffsetsReader {
    private let reader: TopicReader
    private let accepted: AcceptedLosses

    /// - Parameter accepted: the flags that a worker would be started with.
    /// - Throws: topics that are not there.
    public init(
        _ settings: TopicReader.Settings, accepting accepted: AcceptedLosses, log: Log
    ) throws(TopicReadError) {
        reader = try TopicReader(settings, log: log)
        self.accepted = accepted
    }

    /// Reads all partitions.
    ///
    /// - Parameter now: names a changelog that would begin here.
    public func report(now: Timestamp) throws(TopicReadError) -> OffsetsReport {
        var comparisons: [(ProgressComparison, metadata: String?)] = []
        for partition in 0..<reader.partitionCount { comparisons.append(try comparison(of: partition)) }
        for index in comparisons.indices where comparisons[index].0.progress == nil {
            comparisons[index].0.countConflict = conflict(
                of: comparisons[index].0.partition, among: comparisons.map(\.0))
        }
        var report = OffsetsReport(group: reader.settings.group, partitions: [])
        for (comparison, metadata) in comparisons {
            report.partitions.append(
                OffsetsReport.Partition(
                    partition: comparison.partition, low: comparison.callbacksLow,
                    high: comparison.callbacksHigh, committed: comparison.committed?.offset,
                    metadata: metadata, progress: comparison.progress,
                    outcome: comparison.outcome(accepting: accepted, epoch: now.milliseconds),
                    partitionCount: comparison.partitionCount))
        }
        for partition in reader.partitionCount..<reader.callbacksPartitionCount {
            let bounds = try reader.bounds(.callbacks, partition)
            report.partitions.append(
                OffsetsReport.Partition(
                    partition: partition, low: bounds.low, high: bounds.high, committed: nil, metadata: nil,
                    progress: nil,
                    outcome: .wait(.init(partition: 0, count: reader.partitionCount)),
                    partitionCount: reader.callbacksPartitionCount))
        }
        return report
    }

    /// The questions are asked in the order of a worker's restore.
    private func comparison(
        of partition: Int32
    ) throws(TopicReadError) -> (ProgressComparison, metadata: String?) {
        let committed = try reader.committedPosition(partition)
        let changelog = try reader.bounds(.changelog, partition)
        let callbacks = try reader.bounds(.callbacks, partition)
        let progress = try reader.progress(of: partition)
        var comparison = ProgressComparison(
            partition: partition, partitionCount: reader.partitionCount,
            committed: committed.map {
                CommittedPosition(offset: $0.offset, metadata: OffsetMetadata($0.metadata))
            },
            progress: progress, callbacksLow: callbacks.low, callbacksHigh: callbacks.high,
            changelogHigh: changelog.high, isStateEmpty: false)
        if progress == nil {
            comparison.isStateEmpty = try !hasPayments(partition, changelog)
            comparison.areOutputsEmpty = true
            for topic in Topic.outputs where comparison.areOutputsEmpty {
                comparison.areOutputsEmpty = try reader.bounds(topic, partition).high == 0
            }
        }
        return (comparison, committed?.metadata)
    }

    private func hasPayments(
        _ partition: Int32, _ changelog: Watermarks
    ) throws(TopicReadError) -> Bool {
        let source = try reader.open(.changelog, partition, from: changelog.low, to: changelog.high)
        while let record = try source.next() {
            // There is no progress, so every key is a payment's.
            if record.key != nil, record.value != nil { return true }
        }
        return false
    }

    /// A partition that shows that the topics had another partition count, or may have had.
    ///
    /// Partitions are only ever added behind the others. So those before this one decide, except those that
    /// would start together with it.
    private func conflict(
        of partition: Int32, among all: [ProgressComparison]
    ) -> ProgressComparison.CountConflict? {
        for other in all {
            if let count = other.committed?.metadata?.partitionCount, count != reader.partitionCount {
                return ProgressComparison.CountConflict(partition: other.partition, count: count)
            }
        }
        for other in all where other.partition < partition {
            if other.committed?.metadata == nil, other.progress != nil {
                return ProgressComparison.CountConflict(partition: other.partition, count: nil)
            }
        }
        return nil
    }
}
