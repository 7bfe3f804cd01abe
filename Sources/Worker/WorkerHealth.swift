internal import Synchronization

/// What others may know of a worker while its thread works: readiness, and how long ago it last got anywhere.
public final class WorkerHealth: Sendable {
    public enum Standing: String, Sendable {
        /// The group has not given it a place yet.
        case joining
        /// It has partitions whose memory is not whole yet.
        case restoring
        /// It is in the group, and the memory of what it was given is whole.
        case ready
        /// It ended and is built anew, or the process is about to end.
        case over
    }

    private struct State {
        var standing = Standing.joining
        var reason: String?
        var progress = ContinuousClock.now
        /// Why partitions are not processed, though the others are.
        var partitionReasons: [String] = []
        var refusedPartitions = 0
    }

    private let state = Mutex(State())

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

    /// What of the assignment is not processed.
    func note(reasons: [String], refused: Int) {
        state.withLock { state in
            state.partitionReasons = reasons
            state.refusedPartitions = refused
        }
    }

    /// Assigned partitions that are not processed.
    public var refusedPartitions: Int { state.withLock { $0.refusedPartitions } }

    func noteProgress() {
        let now = ContinuousClock.now
        state.withLock { $0.progress = now }
    }

    public var standing: Standing { state.withLock { $0.standing } }

    /// Why this worker is not ready; nil if it is.
    ///
    /// - Parameter patience: a worker whose last successful step is older is stuck, whatever else it says. A
    ///   poll counts as a step, so an idle worker is not stuck. It is needed because any poll of its queues
    ///   keeps librdkafka 2.0.2 in the group (#4176), even when the thread that does the work hangs.
    public func objection(patience: Duration) -> String? {
        let state = state.withLock { $0 }
        switch state.standing {
        case .over: return state.reason ?? "over"
        case .joining: return "joining the group"
        case .restoring: return "restoring memory"
        case .ready:
            if !state.partitionReasons.isEmpty { return state.partitionReasons.joined(separator: "; ") }
            let age = state.progress.duration(to: .now)
            return age > patience ? "no progress for \(age.components.seconds) s" : nil
        }
    }
}
