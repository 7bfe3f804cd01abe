// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Time that only goes forwards, for deadlines: setting the wall clock moves none of them.
package enum MonotonicClock {
    /// From the coarse clock: exact to 4 ms, which is all a deadline needs, at a fifth of the precise
    /// clock's cost.
    package static var milliseconds: Int64 { read(CLOCK_MONOTONIC_COARSE, unitsPerSecond: 1000) }

    /// The precise clock, for measuring.
    package static var microseconds: Int64 { read(CLOCK_MONOTONIC, unitsPerSecond: 1_000_000) }
}

/// The time of day, for what people and other machines read. Never for a deadline.
package enum WallClock {
    /// Milliseconds since 1970, UTC.
    package static var milliseconds: Int64 { read(CLOCK_REALTIME, unitsPerSecond: 1000) }

    /// Whole seconds since 1970, UTC, from the coarse clock.
    package static var seconds: Int64 { read(CLOCK_REALTIME_COARSE, unitsPerSecond: 1) }
}

private func read(_ clock: clockid_t, unitsPerSecond: Int64) -> Int64 {
    var now = timespec()
    clock_gettime(clock, &now)
    return Int64(now.tv_sec) * unitsPerSecond + Int64(now.tv_nsec) / (1_000_000_000 / unitsPerSecond)
}
