// SPDX-License-Identifier: Apache-2.0

/// An id or amount that is not a number, an amount out of range, or an invalid currency.
///
/// Ids and amounts are `0` or digits without a leading zero; amounts reach 10^13, the platform's own bound.
/// An id of digits beyond Int64 is not a forgery, but not an id of ours: that body has an unknown shape.
enum NumberRule {
    static let largestAmount: Int64 = 10_000_000_000_000

    private static let ids: InlineArray<2, Field> = [.operationID, .transactionID]
    private static let amounts: InlineArray<6, Field> = [
        .paymentAmount, .initialAmount, .convertedAmount, .realAmount, .requestedAmount,
        .refundAmount,
    ]
    private static let currencies: InlineArray<6, Field> = [
        .paymentCurrency, .initialCurrency, .convertedCurrency, .realCurrency, .requestedCurrency,
        .refundCurrency,
    ]

    static func check(
        _ lines: borrowing SignedLines, _ findings: borrowing ScannedFields, into reasons: inout [Reason]
    ) {
        let bytes = lines.bytes.span
        for index in ids.indices {
            let value = findings[ids[index]]
            if value.isEmpty { continue }
            if Digits.read(bytes, value) == .none { reasons.add(.number, "\(ids[index].path)") }
        }
        for index in amounts.indices {
            let value = findings[amounts[index]]
            if value.isEmpty { continue }
            if let amount = Digits.number(bytes, value), amount <= largestAmount { continue }
            reasons.add(.number, "\(amounts[index].path)")
        }
        for index in currencies.indices {
            let value = findings[currencies[index]]
            if value.isEmpty || isCurrency(bytes, value) { continue }
            reasons.add(.number, "\(currencies[index].path)")
        }
    }

    /// Three letters normally; up to 27 of `A-Z0-9:_` for crypto currencies.
    private static func isCurrency(_ bytes: Span<UInt8>, _ text: ByteRange) -> Bool {
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
