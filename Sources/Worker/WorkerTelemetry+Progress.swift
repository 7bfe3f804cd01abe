// SPDX-License-Identifier: Apache-2.0
internal import Payments
package import Telemetry

/// What a restore's comparison of progress and offsets found.
extension WorkerTelemetry {
    func started(_ partition: Int32, _ start: ProgressComparison.Start) {
        let offset = start.progress.next
        switch start.cause {
        case .fresh, .asCommitted: break
        case .behind(let committed):
            // Without callbacks there is nothing to be behind of.
            guard committed != nil || offset > 0 else { break }
            let processedBefore = offset - (committed ?? 0)
            progress.recommittedOffsets.add()
            log.warning(
                "committed offset is behind the progress", next: "starting at the progress",
                advice: "`tidings replay` can publish again",
                [
                    "partition": .integer(partition), "offset": .integer(offset),
                    "committed": .text(committed.map { "\($0)" } ?? "none"),
                    "processed_before": .integer(processedBefore),
                ])
        case .acceptedChangelogLoss:
            log.warning(
                "loss of changelog accepted", next: "starting without the earlier payment states",
                advice: "remove the option that accepted it",
                ["partition": .integer(partition), "offset": .integer(offset)])
        case .acceptedCallbacksLoss(let accepted):
            log.warning(
                "loss of callbacks accepted", next: "starting at the beginning of the topic",
                advice: "remove the option that accepted it",
                [
                    "partition": .integer(partition), "offset": .integer(offset),
                    "accepted": .integer(accepted),
                ])
        case .aheadProcessed(let committed):
            log.warning(
                "committed offset is ahead of the progress", next: "starting at the progress",
                advice: "remove the option that accepted it",
                [
                    "partition": .integer(partition), "offset": .integer(offset),
                    "committed": .integer(committed),
                ])
        case .aheadSkipped(let progress):
            log.warning(
                "committed offset is ahead of the progress", next: "starting at the committed offset",
                advice: "remove the option that accepted it",
                [
                    "partition": .integer(partition), "offset": .integer(offset),
                    "progress": .integer(progress),
                ])
        }
        if let skipped = start.skipped { progress.skippedCallbacks.add(Int(skipped.count)) }
        if let lost = start.lost { self.lost(lost, in: partition) }
    }

    private func lost(_ gap: PartitionProgress.Gap, in partition: Int32) {
        progress.lostCallbacks.add(Int(gap.count))
        log.error(
            "callbacks were deleted before they were processed", next: "going on after them",
            advice: "raise the retention of the callbacks topic, then `tidings reconcile` these payments",
            [
                "partition": .integer(partition), "progress": .integer(gap.from), "low": .integer(gap.to),
                "lost_offsets": .integer(gap.count),
            ])
    }

    func refused(_ refusal: ProgressComparison.Refusal) { progress.refused(refusal.name) }

    /// A partition's changelog was written by another version.
    func refusedOtherFormat() { progress.refused(WorkerMetrics.otherFormat) }

    /// - Parameter reason: a sentence with what an operator can do.
    func notProcessed(_ reason: String) {
        log.error(
            "partitions are not processed", next: "not ready; the others are processed",
            advice: "do what `reason` says",
            ["reason": .text(reason)])
    }
}

/// What is counted of the comparison of progress and offsets.
package struct ProgressMetrics: Sendable {
    let lostCallbacks: Counter
    let skippedCallbacks: Counter
    package let recommittedOffsets: Counter
    /// By cause, in the order of `Refusal.names`.
    private let refusals: [Counter]

    init(_ metrics: MetricsRegistry) {
        lostCallbacks = metrics.counter(WorkerMetrics.lostCallbacks)
        skippedCallbacks = metrics.counter(WorkerMetrics.skippedCallbacks)
        recommittedOffsets = metrics.counter(WorkerMetrics.recommittedOffsets)
        refusals = metrics.counters(WorkerMetrics.partitionRefusals)
    }

    /// - Parameter cause: one of `WorkerMetrics.refusalCauses`.
    func refused(_ cause: StaticString) {
        for (name, counter) in zip(WorkerMetrics.refusalCauses, refusals) where name == "\(cause)" {
            counter.add()
        }
    }
}
