extension PaymentMemory {
    /// What an expiry did.
    public enum Expiry: Sendable, Equatable {
        case unchanged
        /// Some detail went; the memory is to be written anew.
        case trimmed
        /// Nothing is left: a tombstone.
        case removed
    }

    /// Forgets what has had its time: an operation's detail some time after its last change, what was told without
    /// a date later, the head last. `decide` does the same before it decides, so no decision and no byte written
    /// depends on when, or whether, a sweep came by.
    ///
    /// An operation that goes raises the mark. Whatever comes of it from then on is stale by its age; the mark says
    /// so too for a copy whose record is as old as its date.
    ///
    /// - Parameter time: record time, never a clock. A sweep gives the newest record time of the partition; one that
    ///   stays a day behind it forgives clocks of ingresses that differ.
    public mutating func expire(at time: Timestamp, settings: MemorySettings) -> Expiry {
        guard !isEmpty else { return .unchanged }
        if time >= changedAt.advanced(by: settings.headKeptMilliseconds) {
            removeAll()
            return .removed
        }
        var expiry = Expiry.unchanged
        let detailEnd = time.advanced(by: -settings.detailKeptMilliseconds)
        for index in operations.indices.reversed() where operations[index].changedAt <= detailEnd {
            forget(at: index, settings: settings)
            expiry = .trimmed
        }
        let undatedEnd = time.advanced(by: -settings.headKeptMilliseconds)
        for index in undated.indices.reversed() where undated[index].date <= undatedEnd {
            undated.remove(at: index)
            expiry = .trimmed
        }
        return expiry
    }
}

extension Timestamp {
    /// Held at the ends of what can be told, since record times come from outside.
    func advanced(by milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? Int64.min : Int64.max) : sum)
    }

    func isWithin(_ milliseconds: Int64, of other: Timestamp) -> Bool {
        advanced(by: milliseconds) >= other && other.advanced(by: milliseconds) >= self
    }
}
