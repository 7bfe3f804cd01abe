// SPDX-License-Identifier: Apache-2.0

/// Two shapes in one body, or two things to show the customer.
///
/// Each of the platform's formats has one of them. Where two are there, one comes from someone else, and
/// which is meant is not ours to guess.
///
/// Of the actions, `return_url` and `provider_extra_fields` say nothing by themselves of what the customer
/// must do and accompany the others in ordinary callbacks; they are reported only where they are alone, and
/// make no second kind. Actions count only where they are reported at all, that is while the operation is not
/// final.
enum ShapesRule {
    private static let names: [(Group, String)] = [
        (.operation, "operation"), (.transaction, "transaction"), (.token, "token"),
        (.redirect, "redirectData"),
    ]

    static func check(
        _ findings: borrowing ScannedFields, _ outline: CallbackOutline, into reasons: inout [Reason]
    ) {
        if findings.groups.rawValue.nonzeroBitCount > 1 {
            for (group, path) in names where findings.groups.contains(group) { reasons.add(.shapes, path) }
        }
        if !findings[.token].isEmpty, !findings[.paymentID].isEmpty || !findings[.paymentStatus].isEmpty {
            reasons.add(.shapes, "token")
        }
        if findings.hasTwoNewestEntries { reasons.add(.shapes, "operations:*:id") }
        if outline.hasTwoActions, let action = outline.action { reasons.add(.shapes, "\(action.path)") }
        if outline.hasErrorsBesideSuccess { reasons.add(.shapes, "errors") }
    }
}
