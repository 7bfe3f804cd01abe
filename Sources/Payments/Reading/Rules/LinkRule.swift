/// The text is, or may be, that of a Payment Page link.
///
/// The same secret and the same flattening sign the merchant's link, whose values (a name, an address) the customer
/// chooses and whose signature he sees; re-arranged, it verifies as a callback that he wrote. Every link has
/// `payment_id`, `payment_amount`, `payment_currency`, or a `mode` of purchase, payout or of a card, at its root;
/// no callback has. However the pieces are arranged, this one remains in the text.
enum LinkRule {
    /// What `mode` is in a link; `mode` alone is no sign, since a project's own callback format may have one.
    private static let modes: [StaticString] = ["purchase", "payout", "card_"]

    static func judge(
        _ lines: borrowing SignedLines, _ findings: borrowing Findings, by schema: Schema,
        into reasons: inout [Reason]
    ) {
        guard findings.hasSigns || findings.hasInnerPieces else { return }
        let bytes = lines.bytes.span
        lines.forEachPiece { start, end in
            let (place, value) = schema.place(in: bytes, from: start, pathEnd: nil, to: end)
            guard case .sign(let sign) = place else { return }
            switch sign {
            case .paymentID, .paymentAmount, .paymentCurrency:
                reasons.add(.link, "\(sign.path)")
            case .mode:
                if modes.contains(where: { bytes.has($0, at: value, to: end) }) {
                    reasons.add(.link, "\(sign.path)")
                }
            case .customerProjectID, .directions:
                break
            }
        }
    }
}
