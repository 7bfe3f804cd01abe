// SPDX-License-Identifier: Apache-2.0

/// When the next status request may be sent: by the rate, and after an answer that limits requests not before
/// its time. Reads no clock.
package struct RequestPacing {
    private let gap: Duration
    private var next: ContinuousClock.Instant?
    /// Limiting answers without another answer between them.
    private var limitedInARow = 0

    private static let firstPause = Duration.seconds(10)
    private static let longestPause = Duration.seconds(300)
    /// As long as a platform may ask for.
    private static let longestRetryAfter = Duration.seconds(3600)
    private static let mostLimitedInARow = 6

    package init(gap: Duration) {
        self.gap = gap
    }

    /// How long to wait; nil where a request may be sent.
    package func wait(at now: ContinuousClock.Instant) -> Duration? {
        guard let next, now < next else { return nil }
        return now.duration(to: next)
    }

    package mutating func sent(at now: ContinuousClock.Instant) {
        next = now + gap
    }

    package mutating func answered() {
        limitedInARow = 0
    }

    /// Notes an answer that limits requests.
    ///
    /// - Parameter retryAfter: what the answer asks for; without it pauses grow from 10 s to 5 min.
    /// - Returns: the pause.
    package mutating func limited(retryAfter: Duration?, at now: ContinuousClock.Instant) -> Duration {
        limitedInARow += 1
        let doubled = Self.firstPause * (1 << min(limitedInARow - 1, 10))
        let pause = max(
            gap, retryAfter.map { min($0, Self.longestRetryAfter) } ?? min(doubled, Self.longestPause))
        next = now + pause
        return pause
    }

    /// Whether a run that ends should give up.
    package var isRefused: Bool { limitedInARow >= Self.mostLimitedInARow }
}
