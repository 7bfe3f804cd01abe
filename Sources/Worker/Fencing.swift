// SPDX-License-Identifier: Apache-2.0

/// Counts events within a window of time.
package struct RecentCount {
    private let limit: Int
    private let window: Duration
    private var times: [Duration] = []

    package init(limit: Int, window: Duration) {
        self.limit = limit
        self.window = window
    }

    /// Adds an event at `now` and returns whether there were `limit` of them within the window.
    package mutating func isLimitReached(at now: Duration) -> Bool {
        times.removeAll { now - $0 > window }
        times.append(now)
        return times.count >= limit
    }
}

/// Decides whether a worker that was fenced has a rival.
///
/// A static member is fenced by another live process with the same slot, and also by a coordinator that has
/// lost its member id, for example while it was unreachable (librdkafka #3437). Only the first happens again
/// soon: the rival was fenced in its turn, came back, and took the slot again. So the first fencing builds
/// the clients again, and a second one within a session timeout of that means a rival. The time that it takes
/// to build them does not count: both rivals are slow on a slow host.
package struct FencingPolicy {
    package enum Answer: Equatable {
        case rebuild
        case rival
    }

    private let window: Duration
    private var isRebuilding = false
    /// When the clients that replaced fenced ones were in place.
    private var rebuiltAt: Duration?

    /// - Parameter window: in which a rival that was fenced notices it, waits and comes back.
    package init(window: Duration) { self.window = window }

    /// The worker was fenced at `now`.
    package mutating func fenced(at now: Duration) -> Answer {
        if let rebuiltAt, now - rebuiltAt <= window { return .rival }
        isRebuilding = true
        return .rebuild
    }

    /// New clients are in place at `now`.
    package mutating func started(at now: Duration) {
        if isRebuilding { rebuiltAt = now }
        isRebuilding = false
    }
}
