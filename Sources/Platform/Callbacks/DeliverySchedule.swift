// SPDX-License-Identifier: Apache-2.0

/// When a callback is delivered again that was not answered with exactly 200: 6 times every 10 s, then 62
/// attempts with growing gaps of up to 4 h, then every 4 h; 120 attempts within 11 days.
package enum DeliverySchedule {
    package static let attempts = 120
    private static let shortGap = Duration.seconds(10)
    private static let longestGap = Duration.seconds(4 * 3600)
    private static let shortGaps = 6
    private static let growingGaps = 62

    /// The gap behind an attempt, counted from 1; nil behind the last one.
    package static func gap(after attempt: Int) -> Duration? {
        precondition(attempt > 0, "attempts are counted from 1")
        guard attempt < attempts else { return nil }
        if attempt <= shortGaps { return shortGap }
        guard attempt <= shortGaps + growingGaps else { return longestGap }
        // 62 steps of 12.45 % lead from 10 s to 4 h. The provider publishes only the ends.
        var milliseconds: Int64 = 10_000
        for _ in 0..<(attempt - shortGaps) { milliseconds = milliseconds * 11_245 / 10_000 }
        return min(.milliseconds(milliseconds), longestGap)
    }
}
