// SPDX-License-Identifier: Apache-2.0
extension Duration {
    /// Whole milliseconds for a C library's time-out: rounded up, so that a short wait never becomes none,
    /// and at most 2,000,000,000.
    package var millisecondsRoundedUp: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(max(0, seconds * 1000 + fraction))
    }

    /// Whole milliseconds, rounded towards zero, clamped to what can be added to a clock's reading.
    package var millisecondsRoundedDown: Int64 {
        let (seconds, attoseconds) = components
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1000)
        return isOver ? Int64.max / 2 : min(product, Int64.max / 4) + attoseconds / 1_000_000_000_000_000
    }

    /// Whole microseconds, rounded towards zero; the longest that is measured is far below Int's end.
    package var microsecondsRoundedDown: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
