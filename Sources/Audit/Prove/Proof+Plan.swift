// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments

/// What there is to prove.
extension Proof {
    /// One partition's range, and where the topics end beside it.
    struct Plan {
        var partition: ProofReport.Partition
        var outputEnds: [Topic: Watermarks]
        var progress: PartitionProgress?
        /// Ranges that no worker processed, as far as they were asked for.
        var gaps: [PartitionProgress.Gap] = []

        /// Whether the callbacks topic may have been made again: its offsets then name other callbacks than
        /// those that older records were written for.
        var isReplacedLog: Bool {
            (gaps + (progress?.gaps ?? [])).contains { $0.cause == .lost }
        }

        func isSkipped(_ offset: Int64) -> Bool {
            gaps.contains { $0.cause == .skipped && $0.from <= offset && offset < $0.to }
        }
    }

    /// The order of these questions matters while the workers go on. What they had decided when the first was
    /// asked has left its records before the ends asked for next; and whatever is before those ends came from
    /// callbacks before the end asked for last.
    func plans() throws(TopicReadError) -> [Plan] {
        let partitions = settings.partitions ?? Array(0..<reader.partitionCount)
        var plans: [Plan] = []
        for partition in partitions {
            if (reader.partitionCount..<reader.callbacksPartitionCount).contains(partition) { continue }
            guard (0..<reader.partitionCount).contains(partition) else {
                throw .missingPartition(partition, count: reader.partitionCount)
            }
            let committed = try reader.committed(partition)
            let progress = try reader.progress(of: partition)
            if let count = progress?.partitionCount, partition >= count { continue }
            var outputEnds: [Topic: Watermarks] = [:]
            for topic in Topic.allCases where topic != .callbacks {
                outputEnds[topic] = try reader.bounds(topic, partition)
            }
            let log = try reader.bounds(.callbacks, partition)
            let start = max(log.low, try offset(of: settings.from, partition, log) ?? log.low)
            let processed = progress?.next ?? (settings.isBoundByProgress ? nil : committed)
            let decided = max(start, min(processed ?? start, log.high))
            let end = min(decided, try offset(of: settings.to, partition, log) ?? decided)
            var report = ProofReport.Partition(
                partition: partition, start: start, end: max(start, end), committed: committed,
                logEnd: log.high, isWholeLog: start == 0, isStateCompared: end == decided)
            report.progress = progress?.next
            var plan = Plan(partition: report, outputEnds: outputEnds, progress: progress)
            plan.gaps = try gaps(of: progress, in: partition, log)
            // A topic that was made again has offsets that the payments' earlier history had too.
            if plan.gaps.contains(where: { $0.cause == .lost }) { plan.partition.isWholeLog = false }
            plans.append(plan)
        }
        return plans
    }

    /// What was not processed, as far as it was asked for.
    private func gaps(
        of progress: PartitionProgress?, in partition: Int32, _ log: Watermarks
    ) throws(TopicReadError) -> [PartitionProgress.Gap] {
        guard let progress else { return [] }
        var gaps = progress.gaps
        if progress.next < log.low {
            gaps.append(PartitionProgress.Gap(.lost, from: progress.next, to: log.low))
        }
        let from = try offset(of: settings.from, partition, log) ?? 0
        let to = try offset(of: settings.to, partition, log) ?? .max
        return gaps.filter { $0.from < to && $0.to > from }
    }

    /// Partitions that were added after the workers had begun: callbacks in them are not processed.
    func unprocessedPartitions(
        _ plans: [Plan], _ fault: (Fault) -> Void
    ) throws(TopicReadError) -> [ProofReport.Partition] {
        let processed = plans.lazy.compactMap(\.progress?.partitionCount).first ?? reader.partitionCount
        var partitions: [ProofReport.Partition] = []
        for partition in min(processed, reader.callbacksPartitionCount)..<reader.callbacksPartitionCount
        where settings.partitions?.contains(partition) ?? true {
            let log = try reader.bounds(.callbacks, partition)
            var report = ProofReport.Partition(
                partition: partition, start: log.low, end: log.low, committed: nil, logEnd: log.high,
                isWholeLog: log.low == 0, isStateCompared: false)
            report.undecided = Int(log.high - log.low)
            report.faultCount = 1
            fault(
                Fault(
                    kind: .unprocessedPartition(count: processed), partition: partition, topic: .callbacks))
            partitions.append(report)
        }
        return partitions
    }

    private func offset(
        of bound: TopicBound?, _ partition: Int32, _ log: Watermarks
    ) throws(TopicReadError) -> Int64? {
        switch bound {
        case nil: nil
        case .offset(let offset): offset
        case .time(let time): try reader.offset(.callbacks, partition, at: time) ?? log.high
        }
    }
}
