// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How long things took, counted into fixed buckets. Safe from any thread.
///
/// Recorded in microseconds, shown in seconds as Prometheus requires. A lock rather than an atomic per
/// bucket, so that a scrape sees buckets, count and sum of one moment.
public final class Histogram: Sendable {
    /// From 100 µs to 10 s: what a request or a transaction takes.
    public static let latencyBuckets = [
        100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ]

    /// From 1 ms to 1 hour: from the receipt of a callback until its event is committed, outages included.
    public static let deliveryBuckets = [
        1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
        10_000_000, 30_000_000, 60_000_000, 300_000_000, 3_600_000_000,
    ]

    /// From 1 s to 1 day: ages of dates with a resolution of a second.
    public static let ageBuckets = [
        1_000_000, 2_000_000, 3_000_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 300_000_000,
        900_000_000, 3_600_000_000, 21_600_000_000, 86_400_000_000,
    ]

    /// From 10 ms to 1 hour: reading a changelog.
    public static let restoreBuckets = [
        10_000, 50_000, 100_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
        300_000_000, 900_000_000, 3_600_000_000,
    ]

    struct State {
        /// One per bound, and one for what is above them all.
        var counts: [Int]
        var sumMicroseconds = 0
    }

    /// The greatest value of each bucket in microseconds, ascending.
    let bounds: [Int]
    private let state: Mutex<State>

    init(buckets: [Int]) {
        precondition(!buckets.isEmpty, "a histogram has no bucket")
        precondition(
            zip(buckets, buckets.dropFirst()).allSatisfy(<), "a histogram's buckets are not ascending")
        bounds = buckets
        state = Mutex(State(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    /// Counts one observation; below zero counts as zero, since a clock may step back.
    public func record(microseconds: Int) {
        let value = max(0, microseconds)
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sumMicroseconds = state.sumMicroseconds.saturatingAdd(value)
        }
    }

    /// Adds the observations of a batch, under one lock.
    public func add(_ batch: borrowing HistogramBatch) {
        if batch.isEmpty { return }
        state.withLock { state in
            for index in state.counts.indices { state.counts[index] += batch.counts[index] }
            state.sumMicroseconds = state.sumMicroseconds.saturatingAdd(batch.sumMicroseconds)
        }
    }

    /// How many observations there were.
    public var count: Int { state.withLock { $0.counts.reduce(0, +) } }

    /// Buckets, not yet cumulated, and sum of one moment.
    var snapshot: State { state.withLock { $0 } }
}

extension Int {
    /// The sum of two numbers that are not negative. A record without a time is decades old, and a few
    /// thousand of those are more microseconds than an Int has.
    func saturatingAdd(_ other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
