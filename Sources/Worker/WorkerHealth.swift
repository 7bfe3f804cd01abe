// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What other threads may read of a worker while its thread works: readiness, how long ago it last made
/// progress, and how long ago it last made any step.
public final class WorkerHealth: Sendable {
    public enum Standing: String, Sendable {
        /// The group has not given it a place yet.
        case joining
        /// It has partitions whose payment states are not whole yet.
        case restoring
        /// It is in the group, and the payment states of what it was given are whole.
        case ready
        /// It ended and is built again, or the process is about to end.
        case over
    }

    /// What the thread does between two moments at which it could notice a stop.
    public enum Activity: String, Sendable, CaseIterable {
        case connecting, joining, polling, restoring, running, retrying, closing
    }

    /// A thread that has not come back from what it does.
    public struct Hang: Equatable, Sendable {
        public var activity: Activity
        public var duration: Duration
    }

    private struct State {
        var standing = Standing.joining
        var reason: String?
        /// What refuses the worker's records, until a commit succeeds.
        var refusal: String?
        /// Why batches fail again and again, until a commit succeeds.
        var batchFailure: String?
        /// Why callbacks cannot be read, until they can.
        var readFailure: String?
        /// Why the clients could not be made, until they could.
        var connectionFailure: String?
        var progress = ContinuousClock.now
        /// Why partitions are not processed, though the others are.
        var partitionReasons: [String] = []
        var activity: Activity?
        var activitySince = ContinuousClock.now
        /// Whether the thread runs.
        var isRunning = false
        var lastStep = ContinuousClock.now
    }

    private let state = Mutex(State())
    /// What a scrape reads.
    let readings = WorkerReadings()

    public init() {}

    func show(_ standing: Standing) {
        state.withLock { state in
            state.standing = standing
            state.reason = nil
        }
    }

    func note(_ end: WorkerEnd) {
        let reason = end.reason
        state.withLock { state in
            state.standing = .over
            state.reason = reason
        }
    }

    /// Why partitions of the assignment are not processed.
    func note(reasons: [String]) { state.withLock { $0.partitionReasons = reasons } }

    func noteProgress() { state.withLock { $0.progress = .now } }

    /// The thread begins something that may block.
    package func begin(_ activity: Activity) {
        state.withLock { state in
            state.activity = activity
            state.activitySince = .now
            state.lastStep = .now
        }
    }

    /// The thread is back.
    package func endActivity() {
        state.withLock { state in
            state.activity = nil
            state.lastStep = .now
        }
    }

    // MARK: Liveness

    /// The thread starts, or ends.
    package func noteThread(isRunning: Bool) {
        state.withLock { state in
            state.isRunning = isRunning
            state.lastStep = .now
        }
    }

    /// The thread made a step, successful or not: a poll, a chunk of a restore, a slice of a call to Kafka, a
    /// slice of a pause.
    package func noteStep() { state.withLock { $0.lastStep = .now } }

    /// Whether the thread runs and has made no step for longer than `limit`. Kafka that is away or refuses,
    /// and a restore of any length, are not a stall: each call to Kafka has a bound far below the limit.
    public func isStalled(for limit: Duration) -> Bool {
        let state = state.withLock { $0 }
        return state.isRunning && state.lastStep.duration(to: .now) > limit
    }

    /// What the thread has been doing for longer than `limit` without coming back; nil if it is well.
    public func hang(longerThan limit: Duration) -> Hang? {
        let state = state.withLock { $0 }
        guard let activity = state.activity else { return nil }
        let duration = state.activitySince.duration(to: .now)
        return duration > limit ? Hang(activity: activity, duration: duration) : nil
    }

    /// Something lasting refuses what is published: not ready, whatever the worker does about it meanwhile.
    /// Nil once a commit succeeded, or there is nothing to publish.
    func noteRefusal(_ refusal: String?) { state.withLock { $0.refusal = refusal } }

    /// Nil once a commit succeeded, or there is nothing to publish.
    func noteBatches(failure: String?) { state.withLock { $0.batchFailure = failure } }

    /// Nil once callbacks can be read.
    func noteReading(failure: String?) { state.withLock { $0.readFailure = failure } }

    /// Nil once the clients could be made.
    func noteConnection(failure: String?) { state.withLock { $0.connectionFailure = failure } }

    /// Whether a worker that was built again still has to show that it may publish.
    var isBlocked: Bool { state.withLock { $0.refusal != nil } }

    /// Whether the batches of a worker that was built again failed before.
    var hasFailingBatches: Bool { state.withLock { $0.batchFailure != nil } }

    public var standing: Standing { state.withLock { $0.standing } }

    /// Why this worker is not ready; nil if it is.
    ///
    /// - Parameter patience: a worker whose last successful step is older is stuck, whatever else it reports.
    ///   A poll counts as a step, so an idle worker is not stuck. It is needed because any poll of its queues
    ///   keeps librdkafka 2.0.2 in the group (#4176), even when the thread that does the work hangs.
    public func notReadyReason(patience: Duration) -> String? {
        let state = state.withLock { $0 }
        let failure = state.refusal ?? state.connectionFailure ?? state.readFailure ?? state.batchFailure
        if let failure { return failure }
        switch state.standing {
        case .over: return state.reason ?? "over"
        case .joining: return "joining the group"
        case .restoring: return "restoring payment states"
        case .ready:
            if !state.partitionReasons.isEmpty { return state.partitionReasons.joined(separator: "; ") }
            let age = state.progress.duration(to: .now)
            return age > patience ? "no progress for \(age.components.seconds) s" : nil
        }
    }
}
