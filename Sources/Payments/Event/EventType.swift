// SPDX-License-Identifier: Apache-2.0

/// What an event reports, as its `type` and CloudEvents `ce_type`.
public enum EventType: UInt8, Sendable, CaseIterable {
    /// A request was refused: errors, and no operation.
    case requestFailed
    /// A card token came to be, or changed.
    case tokenChanged
    /// A registration for recurring payments changed.
    case recurringChanged
    /// What was final is so no more, or otherwise.
    case statusCorrected
    /// The customer must be shown something.
    case actionRequired
    /// All else: an operation and its payment have a new status, money or data.
    case statusChanged

    public var name: StaticString {
        switch self {
        case .requestFailed: "payment.request.failed"
        case .tokenChanged: "payment.token.changed"
        case .recurringChanged: "payment.recurring.changed"
        case .statusCorrected: "payment.status.corrected"
        case .actionRequired: "payment.action.required"
        case .statusChanged: "payment.status.changed"
        }
    }

    /// The type of the event that reports a callback; the first that fits.
    init(_ callback: borrowing Callback, decision: Decision) {
        switch callback.shape {
        case .errors: self = .requestFailed
        case .token: self = .tokenChanged
        case .recurring: self = .recurringChanged
        case .redirect: self = .actionRequired
        case .operation, .transaction:
            let hasAction = callback.action.map { !$0.lines.isEmpty } ?? false
            if decision == .correction {
                self = .statusCorrected
            } else if hasAction,
                !Status.operation(callback.bytes.span.extracting(callback.operation.status.range)).isFinal
            {
                self = .actionRequired
            } else {
                self = .statusChanged
            }
        }
    }
}
