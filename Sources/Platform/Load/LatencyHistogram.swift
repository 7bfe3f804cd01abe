// SPDX-License-Identifier: Apache-2.0
internal import System

/// Durations, counted in buckets that are at most 1/64 of their value wide, so that a long run needs little
/// memory.
public struct LatencyHistogram: Sendable {
    private static let buckets = 64 * 40
    private var counts = [Int](repeating: 0, count: buckets)
    public private(set) var count = 0
    private var greatest = Duration.zero

    public init() {}

    public mutating func add(_ duration: Duration) {
        let duration = max(.zero, duration)
        counts[Self.bucket(of: UInt64(duration.microsecondsRoundedDown))] += 1
        count += 1
        greatest = max(greatest, duration)
    }

    mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        greatest = max(greatest, other.greatest)
    }

    /// The duration that this share of all durations does not exceed, rounded up to the end of its bucket;
    /// nil where there is none.
    public func percentile(_ share: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((Double(count) * share / 100).rounded(.up)))
        var seen = 0
        for index in counts.indices {
            seen += counts[index]
            if seen >= rank { return min(.microseconds(Self.upperBound(of: index)), greatest) }
        }
        return greatest
    }

    /// Values below 64 have a bucket each; above, each power of two has 64.
    private static func bucket(of value: UInt64) -> Int {
        let shift = max(0, 57 - value.leadingZeroBitCount)
        return min(shift * 64 + Int(value >> UInt64(shift)), buckets - 1)
    }

    private static func upperBound(of bucket: Int) -> Int64 {
        let shift = max(0, bucket / 64 - 1)
        return Int64(bucket - shift * 64 + 1) << Int64(shift) - 1
    }
}
