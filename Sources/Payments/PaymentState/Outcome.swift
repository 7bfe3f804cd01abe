// SPDX-License-Identifier: Apache-2.0

/// What a payment state decided of a callback.
public struct Outcome: Sendable {
    /// One of advance, correction, duplicate, late, stale, future, conflict.
    public var decision: Decision
    /// Why, where the decision has more than one reason.
    public var reason: Reason.Rule?
    /// Whether the state must be written.
    public var hasChanged: Bool
    /// The operation's latest status before this callback, for an advance or a correction of an operation
    /// that is known. Its texts are in the state that decided.
    public var previous: PaymentState.PublishedCallback?
    /// Published, although the operation's latest status is another one.
    public var isSuperseded = false
    /// Published, and the operation's or the payment's status is not in our table.
    public var hasUnknownStatus = false

    init(
        _ row: DecisionTable.Row, hasChanged: Bool = false, previous: PaymentState.PublishedCallback? = nil
    ) {
        decision = row.decision
        reason = row.reason
        self.hasChanged = hasChanged
        self.previous = previous
    }
}
