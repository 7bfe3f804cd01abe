// SPDX-License-Identifier: Apache-2.0
extension PaymentState {
    /// What an expiry did.
    public enum Expiry: Sendable, Equatable {
        case unchanged
        /// Some detail was removed; the state must be written again.
        case trimmed
        /// Nothing is left: a tombstone.
        case removed
    }

    /// Removes what has expired: an operation's detail some time after its last change, callbacks without a
    /// date later, the summary last. `decide` does the same before it decides, so no decision and no byte
    /// written depends on whether a sweep has reached this state.
    ///
    /// An operation that is removed raises the mark. Its later callbacks are stale by their age; the mark
    /// makes a copy stale whose record is as old as its date.
    ///
    /// - Parameter time: record time, never a clock. A sweep gives the newest record time of the partition;
    ///   one that stays a day behind it tolerates clocks of ingresses that differ.
    public mutating func expire(at time: Timestamp, settings: DeduplicationSettings) -> Expiry {
        guard !isEmpty else { return .unchanged }
        if time >= changedAt.advanced(by: settings.summaryRetentionMilliseconds) {
            removeAll()
            return .removed
        }
        var expiry = Expiry.unchanged
        let detailEnd = time.advanced(by: -settings.windowMilliseconds)
        for index in operations.indices.reversed() where operations[index].changedAt <= detailEnd {
            forget(at: index, settings: settings)
            expiry = .trimmed
        }
        let undatedEnd = time.advanced(by: -settings.summaryRetentionMilliseconds)
        for index in undated.indices.reversed() where undated[index].date <= undatedEnd {
            undated.remove(at: index)
            expiry = .trimmed
        }
        return expiry
    }
}

extension Timestamp {
    /// Clamped to the range of Int64, because record times come from outside.
    func advanced(by milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? Int64.min : Int64.max) : sum)
    }

    func isWithin(_ milliseconds: Int64, of other: Timestamp) -> Bool {
        advanced(by: milliseconds) >= other && other.advanced(by: milliseconds) >= self
    }
}
