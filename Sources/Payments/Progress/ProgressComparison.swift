// SPDX-License-Identifier: Apache-2.0

/// Decides where the processing of a partition starts, from its progress, the group's committed offset, the
/// ends of the topics and the state store. Pure: the worker's restore acts on it, and commands show it.
///
/// The progress is the authority. Whatever contradicts it in a way that could lose or double a callback is
/// refused, until an operator accepts exactly that.
public struct ProgressComparison: Sendable, Equatable {
    public var partition: Int32
    /// How many partitions the topics have now.
    public var partitionCount: Int32
    /// Nil where the group has no offset.
    public var committed: CommittedPosition?
    /// The newest that the changelog or the state store has; nil where neither has one.
    public var progress: PartitionProgress?
    /// The first offset of the callbacks topic.
    public var callbacksLow: Int64
    /// The offset after its last.
    public var callbacksHigh: Int64
    /// The offset after the changelog's last.
    public var changelogHigh: Int64
    /// Up to which changelog offset the state store is complete; nil without a store that belongs to this
    /// changelog.
    public var storePosition: Int64?
    /// Whether neither the changelog nor the state store has the state of any payment.
    public var isStateEmpty: Bool
    /// Whether nothing was ever written to the partition in the status, review and dead-letter topics.
    public var areOutputsEmpty: Bool
    /// The keys that were read from the changelog.
    public var keys: KeyDivisor
    /// Why the partition count may have changed; nil where it has not.
    public var countConflict: CountConflict?

    /// A partition that shows that the topics had another partition count before.
    public struct CountConflict: Sendable, Equatable {
        public var partition: Int32
        /// The count it was processed with; nil where it has no committed offset of ours.
        public var count: Int32?

        public init(partition: Int32, count: Int32?) {
            self.partition = partition
            self.count = count
        }
    }

    public init(
        partition: Int32, partitionCount: Int32, committed: CommittedPosition?, progress: PartitionProgress?,
        callbacksLow: Int64, callbacksHigh: Int64, changelogHigh: Int64, storePosition: Int64? = nil,
        isStateEmpty: Bool, areOutputsEmpty: Bool = false, keys: KeyDivisor = KeyDivisor(),
        countConflict: CountConflict? = nil
    ) {
        self.partition = partition
        self.partitionCount = partitionCount
        self.committed = committed
        self.progress = progress
        self.callbacksLow = callbacksLow
        self.callbacksHigh = callbacksHigh
        self.changelogHigh = changelogHigh
        self.storePosition = storePosition
        self.isStateEmpty = isStateEmpty
        self.areOutputsEmpty = areOutputsEmpty
        self.keys = keys
        self.countConflict = countConflict
    }

    /// What a restore does with the partition.
    public enum Outcome: Sendable, Equatable {
        case start(Start)
        /// The partition waits for an operator; others go on.
        case refuse(Refusal)
        /// The partition waits until the partition count is confirmed.
        case wait(CountConflict)
    }

    /// Where processing starts, and what is recorded of it.
    public struct Start: Sendable, Equatable {
        public enum Cause: Sendable, Equatable {
            /// Nothing was ever processed in this partition.
            case fresh
            /// The committed offset is the progress.
            case asCommitted
            /// The group's offset was reset or has expired: it is committed again at the progress.
            case behind(committed: Int64?)
            case acceptedChangelogLoss
            case acceptedCallbacksLoss(offset: Int64)
            /// A tool moved the offset ahead; the callbacks in between are processed.
            case aheadProcessed(committed: Int64)
            /// A tool moved the offset ahead; the callbacks in between are skipped.
            case aheadSkipped(progress: Int64)
        }

        public var cause: Cause
        /// What is written before the first callback is processed; its `next` is where processing starts.
        public var progress: PartitionProgress
        /// Callbacks that the topic no longer has, and that were not processed.
        public var lost: PartitionProgress.Gap?
        /// Callbacks that are skipped because an operator said so.
        public var skipped: PartitionProgress.Gap?
    }

    /// - Parameter epoch: for a changelog that begins here; differs from that of every other.
    public func outcome(accepting accepted: AcceptedLosses, epoch: Int64) -> Outcome {
        if let storePosition, storePosition > changelogHigh {
            return changelogLost(
                .endsBeforeStore(position: storePosition, end: changelogHigh), accepted, epoch)
        }
        guard let progress else { return withoutProgress(accepted, epoch) }
        if !keys.fit(partition, of: progress.partitionCount) {
            return .refuse(refusal(.otherPartitionCount))
        }
        if let committed, committed.offset > progress.next, committed.metadata != nil {
            return changelogLost(.behindCommitted(progress: progress.next), accepted, epoch)
        }
        let furthest = max(progress.next, committed?.offset ?? 0)
        if furthest > callbacksHigh { return callbacksLost(progress, furthest, accepted) }
        return inOrder(progress, accepted)
    }

    // MARK: the rows

    private func withoutProgress(_ accepted: AcceptedLosses, _ epoch: Int64) -> Outcome {
        guard isStateEmpty else { return .refuse(refusal(.noProgress)) }
        guard areOutputsEmpty, (committed?.offset ?? 0) <= callbacksLow else {
            return changelogLost(.isEmpty, accepted, epoch)
        }
        if let countConflict { return .wait(countConflict) }
        return start(
            .fresh,
            PartitionProgress(next: committed?.offset ?? 0, partitionCount: partitionCount, epoch: epoch),
            accepted)
    }

    private func changelogLost(
        _ loss: Refusal.ChangelogLoss, _ accepted: AcceptedLosses, _ epoch: Int64
    ) -> Outcome {
        let refusal = refusal(.changelogLoss(loss))
        guard accepted.changelog[partition] == refusal.acceptedOffset else { return .refuse(refusal) }
        let known = progress?.partitionCount ?? committed?.metadata?.partitionCount
        if known == nil, let countConflict { return .wait(countConflict) }
        var restarted = PartitionProgress(
            next: refusal.acceptedOffset, partitionCount: known ?? partitionCount, epoch: epoch)
        for gap in progress?.gaps ?? [] { restarted.add(gap) }
        guard restarted.next <= callbacksHigh else {
            return callbacksLost(restarted, restarted.next, accepted)
        }
        return start(.acceptedChangelogLoss, restarted, accepted)
    }

    private func callbacksLost(
        _ progress: PartitionProgress, _ furthest: Int64, _ accepted: AcceptedLosses
    ) -> Outcome {
        let isAccepted = accepted.callbacks[partition] == furthest
        guard isAccepted, progress.usedCallbacksLoss != furthest else {
            return .refuse(
                refusal(.callbacksLoss(furthest: furthest, wasUsed: isAccepted), accepting: furthest))
        }
        var moved = progress
        let lost = PartitionProgress.Gap(.lost, from: callbacksHigh, to: furthest)
        moved.add(lost)
        moved.next = callbacksLow
        moved.usedCallbacksLoss = furthest
        var start = makeStart(.acceptedCallbacksLoss(offset: furthest), moved, accepted)
        start.lost = lost
        return .start(start)
    }

    /// Every offset is within the callbacks topic, or was before retention.
    private func inOrder(_ progress: PartitionProgress, _ accepted: AcceptedLosses) -> Outcome {
        guard let committed, committed.offset >= progress.next else {
            return start(.behind(committed: committed?.offset), progress, accepted)
        }
        if committed.offset == progress.next { return start(.asCommitted, progress, accepted) }
        switch accepted.startAt {
        case .progress: return start(.aheadProcessed(committed: committed.offset), progress, accepted)
        case .committed where !progress.hasUsedStartAt:
            var moved = progress
            let skipped = PartitionProgress.Gap(
                .skipped, from: max(progress.next, callbacksLow), to: committed.offset)
            let lost = PartitionProgress.Gap(
                .lost, from: progress.next, to: min(callbacksLow, committed.offset))
            moved.add(lost)
            moved.add(skipped)
            moved.next = committed.offset
            moved.hasUsedStartAt = true
            var start = makeStart(.aheadSkipped(progress: progress.next), moved, accepted)
            if skipped.count > 0 { start.skipped = skipped }
            if lost.count > 0 { start.lost = lost }
            return .start(start)
        case .committed: return .refuse(refusal(.movedAhead(wasUsed: true)))
        case nil: return .refuse(refusal(.movedAhead(wasUsed: false)))
        }
    }

    /// Starts at the progress, or where retention has left the log.
    private func start(
        _ cause: Start.Cause, _ progress: PartitionProgress, _ accepted: AcceptedLosses
    ) -> Outcome {
        var start = makeStart(cause, progress, accepted)
        if progress.next < callbacksLow {
            let lost = PartitionProgress.Gap(.lost, from: progress.next, to: callbacksLow)
            start.lost = lost
            start.progress.add(lost)
            start.progress.next = callbacksLow
        }
        return .start(start)
    }

    /// A flag that is no longer given may be used again.
    private func makeStart(
        _ cause: Start.Cause, _ progress: PartitionProgress, _ accepted: AcceptedLosses
    ) -> Start {
        var progress = progress
        if accepted.startAt != .committed { progress.hasUsedStartAt = false }
        if accepted.callbacks[partition] != progress.usedCallbacksLoss { progress.usedCallbacksLoss = nil }
        return Start(cause: cause, progress: progress)
    }

    private func refusal(_ cause: Refusal.Cause, accepting offset: Int64? = nil) -> Refusal {
        Refusal(
            partition: partition, cause: cause, committed: committed?.offset, progress: progress?.next,
            callbacksLow: callbacksLow, callbacksHigh: callbacksHigh,
            acceptedOffset: offset ?? committed?.offset ?? progress?.next ?? callbacksLow)
    }
}

/// What the keys of a partition say of the partition count they were written with.
///
/// A key with hash h is in partition p of c if h − p is a multiple of c. So the greatest common divisor of
/// all h − p shows for every count whether all keys fit it, and one number is enough for any number of keys.
public struct KeyDivisor: Sendable, Equatable {
    private var divisor: Int64 = 0

    public init() {}

    /// Takes a key of this partition into account.
    public mutating func add(_ key: RawSpan, in partition: Int32) {
        var left = abs(Int64(Murmur2.hash(key) & 0x7fff_ffff) - Int64(partition))
        var right = divisor
        while right != 0 { (left, right) = (right, left % right) }
        divisor = left
    }

    /// Whether every key belongs in this partition if the topics have `count`.
    public func fit(_ partition: Int32, of count: Int32) -> Bool {
        partition < count && divisor % Int64(count) == 0
    }
}
