// SPDX-License-Identifier: Apache-2.0
extension ProgressComparison {
    /// Why a partition is not processed, and what an operator can do.
    public struct Refusal: Sendable, Equatable {
        public enum ChangelogLoss: Sendable, Equatable {
            /// The changelog has nothing, although callbacks were processed.
            case isEmpty
            /// The state store has more than the changelog.
            case endsBeforeStore(position: Int64, end: Int64)
            /// The worker committed more than the changelog has.
            case behindCommitted(progress: Int64)
        }

        public enum Cause: Sendable, Equatable {
            case changelogLoss(ChangelogLoss)
            /// - wasUsed: the flag is given, and accepted an earlier loss at the same offset.
            case callbacksLoss(furthest: Int64, wasUsed: Bool)
            /// A tool moved the committed offset ahead of the progress.
            case movedAhead(wasUsed: Bool)
            /// The changelog was written by version 1, which had no progress.
            case noProgress
            /// Keys in the changelog belong in other partitions.
            case otherPartitionCount
        }

        public var partition: Int32
        public var cause: Cause
        public var committed: Int64?
        public var progress: Int64?
        public var callbacksLow: Int64
        public var callbacksHigh: Int64
        /// The offset that the flag which accepts the loss must name.
        public var acceptedOffset: Int64
    }
}

extension ProgressComparison.Refusal {
    /// Every value of ``name``.
    public static let names: [StaticString] = [
        "changelog-loss", "callbacks-loss", "moved-ahead", "no-progress", "other-partition-count",
    ]

    /// The value of a metric's label, and of commands' output.
    public var name: StaticString {
        switch cause {
        case .changelogLoss: "changelog-loss"
        case .callbacksLoss: "callbacks-loss"
        case .movedAhead: "moved-ahead"
        case .noProgress: "no-progress"
        case .otherPartitionCount: "other-partition-count"
        }
    }

    /// How an operator accepts it: the complete flags; empty where no flag does.
    public var flags: [String] { AcceptedLosses.flags(for: [(partition, self)]) }
}

extension ProgressComparison.Refusal: CustomStringConvertible {
    /// What is wrong, and what can be done.
    public var description: String {
        let flags = flags.joined(separator: " or ")
        return "partition \(partition): \(fact). \(remedy(flags))"
    }

    /// What is wrong, without the remedy.
    public var fact: String {
        let committed = committed.map { "offset \($0)" } ?? "no offset"
        let progress = progress.map { "\($0)" } ?? "none"
        switch cause {
        case .changelogLoss(.isEmpty):
            return "the changelog lost data: it is empty, and the group has committed \(committed) "
                + "(the callbacks topic has \(callbacksLow) to \(callbacksHigh))"
        case .changelogLoss(.endsBeforeStore(let position, let end)):
            return
                "the changelog lost data: it ends at \(end), and the local state store has it up to \(position); "
                + "the group has committed \(committed)"
        case .changelogLoss(.behindCommitted(let known)):
            return
                "the changelog lost data: its progress is \(known), and the worker has committed \(committed)"
        case .callbacksLoss(let furthest, let wasUsed):
            return "the callbacks topic was recreated or truncated: it ends at \(callbacksHigh), before "
                + "\(furthest) (progress \(progress), committed \(committed))"
                + (wasUsed ? "; the flag was used for an earlier loss, start once without it" : "")
        case .movedAhead(let wasUsed):
            return "the committed offset was moved ahead: committed \(committed), progress \(progress)"
                + (wasUsed ? "; --start-at committed was used before, start once without it" : "")
        case .noProgress:
            return "the changelog has no progress record: version 1 wrote it, or the record was deleted"
        case .otherPartitionCount:
            return "payments in the changelog belong in other partitions: the partition count was changed"
        }
    }

    private func remedy(_ flags: String) -> String {
        switch cause {
        case .changelogLoss:
            "The state store is kept. Bring the changelog back, or start with \(flags): events of payments that the "
                + "changelog no longer has may be published again"
        case .callbacksLoss:
            "To go on at the topic's beginning with the state kept, start with \(flags)"
        case .movedAhead:
            "Start with \(flags): the first processes the callbacks in between, the second skips and counts them"
        case .noProgress, .otherPartitionCount: PartitionCountChange.procedure
        }
    }
}

/// What is said where the partition count of the topics was changed.
public enum PartitionCountChange {
    /// What an operator does.
    public static let procedure =
        "Create new topics under another prefix, let the workers process the old ones to their end, then move the "
        + "ingress and the workers to the new ones"

    /// Why a partition waits.
    public static func waiting(
        _ partition: Int32, of count: Int32, for conflict: ProgressComparison.CountConflict
    ) -> String {
        guard let known = conflict.count else {
            return
                "partition \(partition) waits: partition \(conflict.partition) has a changelog and no committed "
                + "offset yet, so it is unknown whether the partition count was changed"
        }
        return
            "partition \(partition) is not processed: the topics have \(count) partitions, and partition "
            + "\(conflict.partition) was processed with \(known). \(procedure)"
    }
}
