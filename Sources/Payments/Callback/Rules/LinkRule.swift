// SPDX-License-Identifier: Apache-2.0

/// The text is, or can be read as, a Payment Page link of the merchant.
///
/// The same secret and the same flattening sign the merchant's link. The customer chooses some of its values
/// (a name, an address) and sees its signature; re-arranged, the link verifies as a callback that the
/// customer wrote. Every documented link has an amount (`payment_amount`), a currency (`payment_currency`),
/// or a `mode` of purchase, of payout or of a card at its root, and no callback has. However the text is cut,
/// such a piece remains in it.
///
/// Some callback formats have `payment_id` at the root, as links do, so it decides nothing alone. Beside
/// another parameter of links that no callback has, it makes the text a link: one without amount, currency
/// and mode.
enum LinkRule {
    /// What `mode` is in a link; `mode` alone decides nothing, since a project's own callback format may have
    /// one.
    private static let modes: [StaticString] = ["purchase", "payout", "card_"]

    /// What parameters that only links have begin with. The official SDKs add `interface_type` to each link,
    /// as the text of an object; in callbacks it is an object.
    private static let parameters: [StaticString] = [
        "account_customer_name:", "avs_post_code:", "avs_street_address:", "baseUrl:", "best_before:",
        "billing_",
        "card_holder:", "card_operation_type:", "close_on_missclick:", "css_modal_wrap:", "customer_",
        "force_acs_new_window:", "force_payment_", "identify_doc_number:", "interface_type:{",
        "language_code:",
        "list_payment_block:", "merchant_callback_url:", "merchant_domain:", "merchant_fail_",
        "merchant_return_", "merchant_success_", "moto_type:", "operation_type:",
        "payment_cryptocurrency_type:", "payment_description:", "payment_extra_param:",
        "payment_merchant_risk:", "payment_methods_options:", "recipient_", "redirect_fail_",
        "redirect_on_mobile:", "redirect_return_url:", "redirect_success_", "redirect_tokenize_",
        "region_code:", "sender_", "style_id:", "target_element:",
    ]

    static func check(
        _ lines: borrowing SignedLines, _ findings: borrowing ScannedFields, by schema: Schema,
        into reasons: inout [Reason]
    ) {
        guard findings.hasSigns || findings.hasInnerPieces else { return }
        let bytes = lines.bytes.span
        var hasPaymentID = false
        lines.forEachPiece { start, end in
            let (place, value) = schema.place(in: bytes, from: start, pathEnd: nil, to: end)
            guard case .sign(let sign) = place else { return }
            switch sign {
            case .paymentID:
                hasPaymentID = true
            case .paymentAmount, .paymentCurrency:
                reasons.add(.link, "\(sign.path)")
            case .mode:
                if modes.contains(where: { bytes.has($0, at: value, to: end) }) {
                    reasons.add(.link, "\(sign.path)")
                }
            case .customerProjectID, .directions:
                break
            }
        }
        if hasPaymentID, lines.hasPiece(beginningWith: parameters) {
            reasons.add(.link, "\(Schema.Sign.paymentID.path)")
        }
    }
}
