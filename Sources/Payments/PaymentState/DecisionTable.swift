// SPDX-License-Identifier: Apache-2.0

/// The decision table of `schemas/README.md`: from what a clear callback is beside its payment's state to its
/// row.
///
/// A pure function of the facts below, in the order of the table: the first row that fits decides. Whatever
/// changes here changes decisions, and so `version`: an audit of a log that another version decided says so.
public enum DecisionTable {
    /// The version of the rules. 1 had one order of dates for statuses of all kinds, 2 had no releases.
    public static let version = 3

    /// A late callback of a closed operation is a contradiction, not a clock, if it is dated this much after
    /// the newest final.
    private static let longAfterClosingMilliseconds: Int64 = 3_600_000

    /// What is known of a callback and its payment.
    enum Facts {
        /// A shape without an operation, and so without a date.
        case undated(isSeen: Bool, isFull: Bool)
        case dated(isTooFarAhead: Bool, Dated)
    }

    enum Dated {
        /// The operation is not in the payment state.
        case firstOfOperation(isTooOld: Bool, isForgotten: Bool)
        case ofOperation(OperationFacts)
    }

    /// A callback beside its operation.
    struct OperationFacts {
        var date: Timestamp
        var slot: PaymentState.Slot
        /// Whether the status table lets nothing follow its status.
        var isClosing: Bool

        /// Dates of the newest published statuses, and which of them is the operation's latest.
        var finalDate: Timestamp?
        var otherDate: Timestamp?
        var unknownDate: Timestamp?
        var latest: PaymentState.Slot?
        /// Whether a closing status was seen.
        var isClosed: Bool

        /// The newest date of its fingerprint; nil where that is not known.
        var seenAt: Timestamp?
        /// Whether its date is not after the operation's mark.
        var isForgotten: Bool
        var hasFingerprintOfLatest: Bool
        var hasStatusOfFinal: Bool
        /// It has status, payment status and money of the newest final.
        var repeatsFinal: Bool
        /// It has the date, request id and statuses of the newest of its kind, with other money.
        var hasOtherMoney: Bool
        /// It would become the latest in place of a final with another status or other money. For a released
        /// conflict with a closing status: if that did not close the operation.
        var correctsLatest: Bool
        /// Its newer date would make its operation the payment's latest.
        var liftsPayment: Bool
        /// How far the date of a redelivery may have moved.
        var toleranceMilliseconds: Int64
    }

    /// The rows; `decision` gives the name that each has in the contract.
    enum Row: CaseIterable {
        case future
        case stale
        case limit
        case undatedLimit
        case conflict
        case duplicate
        /// A duplicate whose newer date makes its operation the payment's latest.
        case renewal
        case late
        case correction
        case advance

        var decision: Decision {
            switch self {
            case .future: .future
            case .stale, .limit, .undatedLimit: .stale
            case .conflict: .conflict
            case .duplicate: .duplicate
            case .late: .late
            case .correction: .correction
            case .renewal, .advance: .advance
            }
        }

        /// The reason beside the decision, on review records; nil where the decision is the reason.
        var reason: Reason.Rule? {
            switch self {
            case .limit: .limit
            case .undatedLimit: .undatedLimit
            case .future, .stale, .conflict, .duplicate, .renewal, .late, .correction, .advance: nil
            }
        }
    }

    /// - Parameter accepted: rows that a person has accepted for this callback. An accepted row is passed
    ///   over; a conflict is then what is new of its operation, whatever contradicts it.
    static func row(for facts: Facts, accepting accepted: AcceptedRows = []) -> Row {
        switch facts {
        case .undated(let isSeen, let isFull):
            if isSeen { return .duplicate }
            return isFull && !accepted.contains(.undatedLimit) ? .undatedLimit : .advance
        case .dated(isTooFarAhead: true, _) where !accepted.contains(.future):
            return .future
        case .dated(_, .firstOfOperation(let isTooOld, let isForgotten)):
            return (isTooOld || isForgotten) && !accepted.contains(.stale) ? .stale : .advance
        case .dated(_, .ofOperation(let facts)):
            let row = row(for: facts, accepting: accepted)
            guard row == .conflict, accepted.contains(.conflict) else { return row }
            return facts.correctsLatest ? .correction : .advance
        }
    }

    private static func row(for facts: OperationFacts, accepting accepted: AcceptedRows) -> Row {
        if facts.isForgotten, facts.seenAt == nil, !isCertainlyNew(facts), !accepted.contains(.stale) {
            return .limit
        }
        let isNear = facts.seenAt?.isWithin(facts.toleranceMilliseconds, of: facts.date) ?? false
        if isConflict(facts, isNear: isNear) { return .conflict }

        let repeatsFinal =
            facts.repeatsFinal && (facts.latest == .final || isNotAfter(facts.date, facts.finalDate))
        if facts.hasFingerprintOfLatest || repeatsFinal || isNear {
            return facts.liftsPayment && !isNear ? .renewal : .duplicate
        }
        if isLate(facts) { return isLongAfterClosing(facts) ? .conflict : .late }
        return facts.correctsLatest ? .correction : .advance
    }

    /// Nothing of its kind was published, or no closing status was seen: it is not among the forgotten
    /// callbacks.
    private static func isCertainlyNew(_ facts: OperationFacts) -> Bool {
        let newest =
            switch facts.slot {
            case .final: facts.finalDate
            case .other: facts.otherDate
            case .unknown: facts.unknownDate
            }
        return newest == nil || (facts.isClosing && !facts.isClosed)
    }

    private static func isConflict(_ facts: OperationFacts, isNear: Bool) -> Bool {
        if facts.hasOtherMoney { return true }
        guard facts.slot == .final else { return false }
        let isReturning =
            facts.latest == .final && !facts.hasFingerprintOfLatest && isNear
            && !isBefore(facts.date, facts.finalDate)
        return isReturning || (facts.date == facts.finalDate && !facts.hasStatusOfFinal)
    }

    private static func isLate(_ facts: OperationFacts) -> Bool {
        switch facts.slot {
        case .unknown:
            return isBefore(facts.date, facts.unknownDate)
        case .final:
            let isFirstClosing = facts.isClosing && !facts.isClosed && facts.latest != .final
            return isBefore(facts.date, facts.finalDate) && !isFirstClosing
        case .other:
            return facts.isClosed || isNotAfter(facts.date, facts.finalDate)
                || isBefore(facts.date, facts.otherDate)
        }
    }

    private static func isLongAfterClosing(_ facts: OperationFacts) -> Bool {
        facts.slot == .other && facts.isClosed && isLongAfter(facts.date, facts.finalDate)
    }

    static func isLongAfter(_ date: Timestamp, _ finalDate: Timestamp?) -> Bool {
        finalDate.map { date > $0.advanced(by: longAfterClosingMilliseconds) } ?? false
    }

    // Without a published status there is nothing to be before.

    private static func isBefore(_ date: Timestamp, _ other: Timestamp?) -> Bool {
        other.map { date < $0 } ?? false
    }

    private static func isNotAfter(_ date: Timestamp, _ other: Timestamp?) -> Bool {
        other.map { date <= $0 } ?? false
    }
}
