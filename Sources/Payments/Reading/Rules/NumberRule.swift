/// An id or amount that is no number, an amount out of range, or a currency that is none.
///
/// Ids and amounts are `0` or digits without a leading zero; amounts reach 10^13, the platform's own bound. An id of
/// digits beyond Int64 is no forgery, only no id of ours: that body has an unknown shape.
enum NumberRule {
    static let largestAmount: Int64 = 10_000_000_000_000

    private static let ids: [Field] = [.operationID, .transactionID]
    private static let amounts: [Field] = [
        .paymentAmount, .initialAmount, .convertedAmount, .realAmount, .requestedAmount,
    ]
    private static let currencies: [Field] = [
        .paymentCurrency, .initialCurrency, .convertedCurrency, .realCurrency, .requestedCurrency,
    ]

    static func judge(
        _ lines: borrowing SignedLines, _ findings: borrowing Findings, into reasons: inout [Reason]
    ) {
        let bytes = lines.bytes.span
        for field in ids where !findings[field].isEmpty {
            if Digits.read(bytes, findings[field]) == .none { reasons.add(.number, "\(field.path)") }
        }
        for field in amounts where !findings[field].isEmpty {
            guard let amount = Digits.number(bytes, findings[field]), amount <= largestAmount else {
                reasons.add(.number, "\(field.path)")
                continue
            }
        }
        for field in currencies where !findings[field].isEmpty {
            if !isCurrency(bytes, findings[field]) { reasons.add(.number, "\(field.path)") }
        }
    }

    /// Three letters normally; up to 27 of `A-Z0-9:_` for crypto currencies.
    private static func isCurrency(_ bytes: Span<UInt8>, _ text: Text) -> Bool {
        guard (3...27).contains(text.count) else { return false }
        for index in text.range {
            switch bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: ":"), UInt8(ascii: "_"):
                continue
            default: return false
            }
        }
        return true
    }
}
