// SPDX-License-Identifier: Apache-2.0

/// Lasting errors since the last commit: a topic or the cluster refuses what is published, until an operator
/// or the cluster changes something. The worker is not ready meanwhile and tries again with growing pauses.
///
/// Time is that of the worker's clock, which never goes back.
package struct Refusals {
    /// After so long without a refusal, and without anything to publish, there is nothing that is refused.
    private static let retention = Duration.seconds(60)
    /// How often the same refusal is logged.
    private static let logInterval = Duration.seconds(60)
    private static let longestPause = Duration.seconds(10)

    package private(set) var count = 0
    private var latest = Duration.zero
    private var logged: (cause: ClientError.Cause, time: Duration)?

    package init() {}

    /// - Returns: whether to log it: the first of its kind, and then once a minute.
    package mutating func note(_ cause: ClientError.Cause, at now: Duration) -> Bool {
        count += 1
        latest = now
        if let logged, logged.cause.name == cause.name, logged.cause.topic == cause.topic,
            now - logged.time < Self.logInterval
        {
            return false
        }
        logged = (cause, now)
        return true
    }

    /// For a worker that was built again while something was refused.
    package mutating func goOn(at now: Duration) { (count, latest) = (1, now) }

    /// The pause before the next attempt: it doubles with each, up to 10 s.
    package func pause(from first: Duration) -> Duration {
        min(first * (1 << min(max(count - 1, 0), 16)), Self.longestPause)
    }

    /// For a worker that has nothing to publish: whether a refusal that was noted is no longer one.
    package func hasExpired(at now: Duration) -> Bool { count > 0 && now - latest > Self.retention }
}
