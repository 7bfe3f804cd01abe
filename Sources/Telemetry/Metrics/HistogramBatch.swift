// SPDX-License-Identifier: Apache-2.0

/// Observations of one thread that are added to a histogram together, so that each costs neither a lock nor
/// an atomic instruction.
public struct HistogramBatch: Sendable {
    private let bounds: [Int]
    /// One for each bound, and one for what is above them all.
    private(set) var counts: [Int]
    private(set) var sumMicroseconds = 0
    private(set) var isEmpty = true

    /// - Parameter histogram: the one that the observations are added to.
    public init(of histogram: Histogram) {
        bounds = histogram.bounds
        counts = Array(repeating: 0, count: histogram.bounds.count + 1)
    }

    /// Adds one observation; below zero counts as zero, since two hosts' clocks differ.
    public mutating func record(milliseconds: Int64) {
        let value = Int(min(max(0, milliseconds), .max / 1000)) * 1000
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sumMicroseconds = sumMicroseconds.saturatingAdd(value)
        isEmpty = false
    }

    /// Drops the observations.
    public mutating func removeAll() {
        if isEmpty { return }
        for index in counts.indices { counts[index] = 0 }
        sumMicroseconds = 0
        isEmpty = true
    }
}
