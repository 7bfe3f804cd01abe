// SPDX-License-Identifier: Apache-2.0

/// The text is, or can be read as, a request that the merchant signed for the platform's Gate.
///
/// Requests carry text that customers chose (names, descriptions) and are signed as callbacks are. All have
/// `general.project_id`, which some callbacks have too. What distinguishes them is the line that follows it
/// in the signed order. Since the project's line must hold exactly the key's project, no text fits between
/// the two: the next line is the signer's, wherever the sender cuts the rest. A callback continues with its
/// operation, its request or a payment's own members; no documented request does.
///
/// Some members occur in both and sort there (`interface_type`, `mpi_result`, `merchant.data`), and a project
/// may have its own. They decide nothing, and the rule looks past their lines. But in a request their values
/// may be a customer's, and then the lines behind them may be that text, cut. So a text in which the rule
/// looked past a line must hold no member that only requests have: every documented request that carries such
/// a member has an amount and a currency as well, and however the text is cut, they remain in it.
enum RequestRule {
    /// What callbacks have there and documented requests do not.
    private static let continuations: [StaticString] = [
        "operation:", "operations:", "request:", "payment:attempts_timeout:",
        "payment:cascading_with_redirect:", "payment:date:", "payment:id:", "payment:is_cascading:",
        "payment:is_new_attempts_available:",
    ]

    /// The same of callbacks that seldom have their project in `general`: believed only without a request's
    /// members.
    private static let rareContinuations: [StaticString] = [
        "project_id:", "recurring:currency:", "recurring:exp_month:", "recurring:exp_year:",
    ]

    /// What documented requests without an amount have there: the rule does not look past it.
    private static let decisive: [StaticString] = [
        "general:", "payment:", "recurring:", "recurring_id:", "request_id:", "return_url:", "token:",
    ]

    /// Free texts of callbacks: a `;` has its place in them.
    private static let texts: [StaticString] = [
        "merchant:data:", "mpi_result:cardholder_info:", "provider_extra_fields:", "qr_code:",
        "redirect_data:",
    ]

    /// What requests have and callbacks with a project in `general` do not.
    private static let requestMembers: [StaticString] = [
        "acs_return_url:", "addendum:", "additional_data:", "authentication_data:", "booking_info:",
        "callback:", "card:cvv:", "card:pan:", "confirmation_code:", "cres:", "cvv:",
        "general:merchant_callback_url:",
        "general:merchant_refund_id:", "general:type:", "md:", "pares:", "payment:amount:",
        "payment:best_before:", "payment:currency:", "receipt_data:", "saved_account_id:",
        "threeds_completion_indicator:",
    ]

    /// - Parameter lines: sorted, where `general:project_id` is among them.
    static func check(
        _ lines: borrowing SignedLines, _ findings: borrowing ScannedFields, by schema: Schema,
        into reasons: inout [Reason]
    ) {
        let bytes = lines.bytes.span
        if findings.hasSigns || findings.hasInnerPieces {
            lines.forEachPiece { start, end in
                let (place, _) = schema.place(in: bytes, from: start, pathEnd: nil, to: end)
                guard case .sign(let sign) = place else { return }
                switch sign {
                case .customerProjectID, .directions: reasons.add(.request, "\(sign.path)")
                case .paymentID, .paymentAmount, .paymentCurrency, .mode: break
                }
            }
        }
        guard findings.has(.generalProjectID) else { return }
        let all = lines.lines.span
        for index in all.indices {
            let line = all[index]
            guard bytes.has("general:project_id:", at: Int(line.path.start), to: Int(line.value.end)) else {
                continue
            }
            if !isCallback(lines, projectAt: index) {
                reasons.add(.request, "\(Field.generalProjectID.path)")
            }
        }
    }

    private static func isCallback(_ lines: borrowing SignedLines, projectAt index: Int) -> Bool {
        if lines.hasLine(at: index + 1, beginningWith: continuations) { return true }
        var next = index + 1
        while !isContinuation(lines, at: next) {
            guard decidesNothing(lines, at: next) else { return false }
            next += 1
        }
        // A token belongs to no payment: a payment id beside it is a request's.
        let isToken = lines.hasLine(at: next, beginningWith: ["request:"])
        if isToken, lines.hasPiece(beginningWith: ["general:payment_id:"]) { return false }
        return !lines.hasPiece(beginningWith: requestMembers)
    }

    private static func isContinuation(_ lines: borrowing SignedLines, at index: Int) -> Bool {
        lines.hasLine(at: index, beginningWith: continuations)
            || lines.hasLine(at: index, beginningWith: rareContinuations)
    }

    /// Whether the line is of a member that callbacks and requests may both have. Behind a `;` in it could be
    /// the line of a request that does decide, so it must have none unless it is a free text.
    private static func decidesNothing(_ lines: borrowing SignedLines, at index: Int) -> Bool {
        guard index < lines.lines.count else { return false }
        if lines.hasLine(at: index, beginningWith: texts) { return true }
        // The actual amount is the one member of a payment that sorts before the continuations.
        if lines.hasLine(at: index, beginningWith: decisive),
            !lines.hasLine(at: index, beginningWith: ["payment:actual_amount:"])
        {
            return false
        }
        let bytes = lines.bytes.span
        let line = lines.lines[index]
        var nameEnd = Int(line.path.start)
        while nameEnd < Int(line.value.end), bytes[nameEnd].isPlainInPath { nameEnd += 1 }
        let hasPlainName = nameEnd > Int(line.path.start) && bytes[nameEnd] == UInt8(ascii: ":")
        for offset in nameEnd..<Int(line.value.end) where bytes[offset] == UInt8(ascii: ";") { return false }
        return hasPlainName
    }
}
