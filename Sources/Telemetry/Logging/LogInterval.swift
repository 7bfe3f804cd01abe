// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization
import System

/// Limits a line that would be repeated: the first is due immediately, the next ones once in each interval.
/// Safe from any thread.
public final class LogInterval: Sendable {
    private let milliseconds: Int64
    private let dueAt = Atomic<Int64>(.min)
    private let omitted = Atomic<Int>(0)

    /// - Parameter interval: one minute unless given.
    public init(_ interval: Duration = .seconds(60)) {
        milliseconds = interval.millisecondsRoundedDown
    }

    /// Counts one occurrence.
    ///
    /// - Parameter now: milliseconds of a clock that never goes backwards.
    /// - Returns: if a line is due, the number of occurrences since the last line, this one not counted; else
    ///   nil.
    public func next(at now: Int64 = LogInterval.now) -> Int? {
        let due = dueAt.load(ordering: .relaxed)
        let isDue = now >= due
        guard
            isDue,
            dueAt.compareExchange(expected: due, desired: now &+ milliseconds, ordering: .relaxed).exchanged
        else {
            omitted.wrappingAdd(1, ordering: .relaxed)
            return nil
        }
        return omitted.exchange(0, ordering: .relaxed)
    }

    /// Milliseconds of the monotonic clock.
    public static var now: Int64 { MonotonicClock.milliseconds }
}
