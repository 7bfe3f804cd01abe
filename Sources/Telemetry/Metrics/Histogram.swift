import Synchronization

/// How long things took, counted into fixed buckets. Safe from any thread.
///
/// Recorded in microseconds, shown in seconds as Prometheus asks; both are integers here. A lock rather than
/// an atomic per bucket, so that a scrape sees buckets, count and sum of one moment.
public final class Histogram: Sendable {
    /// From 100 µs to 10 s: what a request or a transaction takes.
    public static let latencyBuckets = [
        100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000,
    ]

    struct State {
        /// One per bound, and one for what is above them all.
        var counts: [Int]
        var sumMicroseconds = 0
    }

    /// The greatest value that still falls in each bucket, in microseconds, rising.
    let bounds: [Int]
    private let state: Mutex<State>

    init(buckets: [Int]) {
        precondition(!buckets.isEmpty, "a histogram has at least one bucket")
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy(<), "a histogram's buckets rise")
        bounds = buckets
        state = Mutex(State(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    /// Counts one observation; below zero counts as zero, since a clock may step back.
    public func record(microseconds: Int) {
        let value = max(0, microseconds)
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sumMicroseconds &+= value
        }
    }

    /// How many observations there were.
    public var count: Int { state.withLock { $0.counts.reduce(0, +) } }

    /// Buckets, not yet cumulated, and sum of one moment.
    var snapshot: State { state.withLock { $0 } }
}
