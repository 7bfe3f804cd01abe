// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What each partition has committed and processed, and what a restart of its worker would do.
public struct OffsetsReport: Sendable {
    /// One partition of the callbacks topic.
    public struct Partition: Sendable {
        public var partition: Int32
        /// The first offset of the callbacks topic.
        public var low: Int64
        /// The offset after its last.
        public var high: Int64
        /// Nil where the group has none.
        public var committed: Int64?
        /// What was committed with the offset; empty where a tool moved it.
        public var metadata: String?
        /// Nil where no worker has begun the partition.
        public var progress: PartitionProgress?
        public var outcome: ProgressComparison.Outcome
        public var partitionCount: Int32

        /// Callbacks that are not processed yet, by their offsets.
        public var lag: Int64 { max(0, high - max(low, progress?.next ?? committed ?? low)) }
    }

    public var group: String
    public var partitions: [Partition]

    /// Whether every partition would be processed.
    public var isProcessed: Bool {
        partitions.allSatisfy { partition in
            switch partition.outcome {
            case .start: true
            case .refuse, .wait: false
            }
        }
    }
}

extension OffsetsReport.Partition {
    /// One word for what a restart would do.
    public var outcomeName: StaticString {
        switch outcome {
        case .refuse: "refuse"
        case .wait: "wait"
        case .start(let start):
            switch start.cause {
            case .fresh: "start-fresh"
            case .asCommitted: "start"
            case .behind: "start-at-progress"
            case .acceptedChangelogLoss: "start-accepting-changelog-loss"
            case .acceptedCallbacksLoss: "start-accepting-callbacks-loss"
            case .aheadProcessed: "start-at-progress-as-accepted"
            case .aheadSkipped: "start-at-committed-as-accepted"
            }
        }
    }

    /// What a restart would do, in a sentence.
    public var restart: String {
        switch outcome {
        case .refuse(let refusal): "is not processed: \(refusal.fact); flags: \(Self.list(refusal.flags))"
        case .wait(let conflict):
            PartitionCountChange.waiting(partition, of: partitionCount, for: conflict)
        case .start(let start): Self.sentence(start) + Self.losses(start)
        }
    }

    private static func list(_ flags: [String]) -> String {
        flags.isEmpty ? "none accepts it" : flags.joined(separator: " or ")
    }

    private static func sentence(_ start: ProgressComparison.Start) -> String {
        let next = start.progress.next
        switch start.cause {
        case .fresh: return "starts at \(next); nothing was processed before"
        case .asCommitted: return "starts at \(next)"
        case .behind(nil):
            return "starts at the progress \(next) and commits it: the group has no offset; "
                + "nothing before it is published again"
        case .behind(let committed?):
            return
                "starts at the progress \(next) and commits it: the offset was moved back to \(committed); "
                + "nothing in between is published again"
        case .acceptedChangelogLoss: return "starts at \(next), with the loss of the changelog accepted"
        case .acceptedCallbacksLoss(let offset):
            return "starts at \(next), with the loss of callbacks up to \(offset) accepted"
        case .aheadProcessed(let committed):
            return "starts at the progress \(next) and processes the callbacks up to \(committed)"
        case .aheadSkipped(let progress): return "starts at \(next) and skips the callbacks from \(progress)"
        }
    }

    private static func losses(_ start: ProgressComparison.Start) -> String {
        guard let lost = start.lost else { return "" }
        return "; the offsets \(lost.from) to \(lost.to - 1) are lost: the topic no longer has them"
    }
}
