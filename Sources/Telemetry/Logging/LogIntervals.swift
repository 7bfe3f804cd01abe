// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Limits lines that would be repeated, each reason apart: the first of a reason is due immediately, the next
/// ones once a minute. Safe from any thread.
///
/// For reasons that are names of errors, which no sender chooses: there are few of them, and beyond a
/// bound all further ones share an interval.
public final class LogIntervals: Sendable {
    private static let limit = 128
    private let others = LogInterval()
    private let intervals = Mutex<[String: LogInterval]>([:])

    public init() {}

    /// Counts one occurrence.
    ///
    /// - Parameter now: milliseconds of a clock that never goes backwards.
    /// - Returns: if a line is due, the number of occurrences of this reason since its last line, without
    ///   this one; else nil.
    public func next(_ reason: String, at now: Int64 = LogInterval.now) -> Int? {
        let found = intervals.withLock { intervals in
            if let found = intervals[reason] { return found }
            guard intervals.count < Self.limit else { return others }
            let new = LogInterval()
            intervals[reason] = new
            return new
        }
        return found.next(at: now)
    }
}
