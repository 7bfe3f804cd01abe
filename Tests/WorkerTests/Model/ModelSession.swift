// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// What the model's broker and one worker's client know of each other. It outlives the worker: a killed one
/// leaves it behind, as a broker does not see a process die.
final class ModelSession {
    let instance: String
    private(set) weak var broker: ModelBroker?
    /// The generation whose assignment this member has; nil without one.
    var generation: Int?
    /// Another member took its place in the group.
    var isFenced = false
    /// The process was killed: whatever it still calls has no effect.
    var isDead = false
    /// Where it reads callbacks.
    var positions: [Int32: Int] = [:]
    /// Where it reads the changelog; the start and the place now.
    var changelog: [Int32: (start: Int, next: Int)] = [:]
    var epochs: [String: Int] = [:]
    var isFirstsTurn = true
    var transaction: ModelTransaction?
    /// The changelog's ends after what this member committed.
    var changelogEnds: [Int32: Int64] = [:]
    /// The same of the open transaction, whose end decides whether they count.
    var pendingEnds: [Int32: Int64] = [:]
    /// A commit or abort has an unknown outcome.
    var hasUnknownOutcome = false
    /// An end of a transaction may still be on its way.
    var wasSlow = false
    /// What it read of the last time that it was started.
    var openPartitions: Set<Int32> = []
    /// A planted mistake: the next start leaves out what was not open before.
    var isLimitedToOpen = false
    /// Where it read before it was stopped: what a worker must not go on from.
    var lastPositions: [Int32: Int] = [:]

    /// What was committed when it was last asked: the progress may be ahead of it.
    var committedAtRestore: [Int32: Int] = [:]

    init(instance: String, at broker: ModelBroker) {
        self.instance = instance
        self.broker = broker
    }

    var producers: [String] { [instance + "-a", instance + "-b"] }
}
