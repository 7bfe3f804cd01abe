// SPDX-License-Identifier: Apache-2.0

/// What an operator accepts, as a refusal printed it. A value names a partition and an offset and has no
/// effect on any other loss, so the flags may stay where a service is started from.
public struct AcceptedLosses: Sendable, Equatable {
    /// Where to start if a tool moved the committed offset ahead of the progress.
    public enum StartAt: String, Sendable, CaseIterable {
        /// Process the callbacks in between.
        case progress
        /// Skip them.
        case committed
    }

    /// By partition: the offset to start at although the changelog lost data.
    public var changelog: [Int32: Int64] = [:]
    /// By partition: the offset that the callbacks topic no longer reaches.
    public var callbacks: [Int32: Int64] = [:]
    public var startAt: StartAt?

    public init() {}

    /// The flags that accept these refusals, complete, one for each kind of loss.
    public static func flags(for refusals: [(partition: Int32, refusal: ProgressComparison.Refusal)])
        -> [String]
    {
        var changelog: [String] = []
        var callbacks: [String] = []
        var movesAhead = false
        for (partition, refusal) in refusals {
            switch refusal.cause {
            case .changelogLoss: changelog.append("\(partition):\(refusal.acceptedOffset)")
            case .callbacksLoss: callbacks.append("\(partition):\(refusal.acceptedOffset)")
            case .movedAhead: movesAhead = true
            case .noProgress, .otherPartitionCount: break
            }
        }
        var flags: [String] = []
        if !changelog.isEmpty { flags.append("--accept-changelog-loss \(changelog.joined(separator: ","))") }
        if !callbacks.isEmpty { flags.append("--accept-callbacks-loss \(callbacks.joined(separator: ","))") }
        if movesAhead { flags += ["--start-at progress", "--start-at committed"] }
        return flags
    }
}
