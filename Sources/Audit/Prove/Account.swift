// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What became of the callbacks of a range. Every one of them is counted once.
public struct Account: Sendable, Equatable {
    /// Callbacks read and checked.
    public internal(set) var callbacks = 0
    private var decisions = [Int](repeating: 0, count: Decision.allCases.count)
    /// Callbacks that reported nothing and that cannot be checked: what was known of their payments before
    /// the range begins explains it as well.
    public internal(set) var undetermined = 0
    /// Callbacks that an operator had the workers skip.
    public internal(set) var skipped = 0
    /// Of all counted, those whose record was taken as written: a correction or a conflict with what was
    /// published before the range begins, and dead letters by keys of their day.
    public internal(set) var takenAsWritten = 0
    /// Records that a callback led to and that are older than their topic keeps records.
    public internal(set) var expired = 0

    public init() {}

    public internal(set) subscript(decision: Decision) -> Int {
        get { decisions[Int(decision.rawValue)] }
        set { decisions[Int(decision.rawValue)] = newValue }
    }

    /// All decisions, what is undetermined and what was skipped.
    public var sum: Int { decisions.reduce(undetermined + skipped, +) }

    /// Whether nothing was lost on the way: `callbacks` is the sum.
    public var addsUp: Bool { sum == callbacks }

    public static func += (left: inout Account, right: Account) {
        left.callbacks += right.callbacks
        for index in left.decisions.indices { left.decisions[index] += right.decisions[index] }
        left.undetermined += right.undetermined
        left.skipped += right.skipped
        left.takenAsWritten += right.takenAsWritten
        left.expired += right.expired
    }
}
