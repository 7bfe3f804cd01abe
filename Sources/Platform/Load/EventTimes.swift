// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The times from callbacks to the events of the same payments and statuses. Any thread.
public final class EventTimes: Sendable {
    private struct State {
        var due: [String: ContinuousClock.Instant] = [:]
        /// What has had its event: a duplicate of its callback gets none.
        var finished: Set<String> = []
        var latencies = LatencyHistogram()
    }

    private let state = Mutex(State())

    public init() {}

    /// Notes the first callback of a payment with a status. Forged ones have no event.
    public func note(_ callback: CallbackLoad.Sent) {
        guard callback.isGenuine else { return }
        let name = Self.name("\(callback.projectID):\(callback.paymentID)", callback.status)
        state.withLock { state in
            if state.due[name] == nil, !state.finished.contains(name) { state.due[name] = callback.due }
        }
    }

    /// Takes the time of an event.
    ///
    /// - Parameter key: of its record.
    public func take(eventOf key: String, status: String, at time: ContinuousClock.Instant) {
        let name = Self.name(key, status)
        state.withLock { state in
            guard let due = state.due.removeValue(forKey: name) else { return }
            state.finished.insert(name)
            state.latencies.add(time - due)
        }
    }

    /// How many callbacks have no event yet.
    public var waiting: Int { state.withLock { $0.due.count } }

    public var latencies: LatencyHistogram { state.withLock { $0.latencies } }

    /// The platform folds the case of payment ids.
    private static func name(_ key: String, _ status: String) -> String { key.lowercased() + "\n" + status }
}
