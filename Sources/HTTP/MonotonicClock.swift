internal import Glibc

/// Time that only goes forwards, for deadlines: setting the wall clock moves none of them.
///
/// The coarse clock is exact to 4 ms, which is all a deadline needs, and costs a fifth of the precise one.
enum MonotonicClock {
    static var milliseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// The precise clock, for measuring.
    static var microseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero, clamped to what a deadline can hold.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1000)
        return isOver ? Int64.max / 2 : min(product, Int64.max / 4) + attoseconds / 1_000_000_000_000_000
    }
}
