// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The clock of a client and its way to wait.
package struct GateTime: Sendable {
    /// On a clock that only goes forwards.
    package var now: @Sendable () -> Duration
    package var pause: @Sendable (Duration) -> Void

    package init(now: @escaping @Sendable () -> Duration, pause: @escaping @Sendable (Duration) -> Void) {
        self.now = now
        self.pause = pause
    }

    /// The system's clock; a pause blocks the calling thread.
    static let system: GateTime = {
        let start = ContinuousClock.now
        return GateTime(now: { start.duration(to: .now) }) { duration in
            let (seconds, attoseconds) = duration.components
            var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var remaining = timespec()
            while nanosleep(&left, &remaining) != 0, errno == EINTR { left = remaining }
        }
    }()
}
