// SPDX-License-Identifier: Apache-2.0

/// A path that we read, and `:`, follow a `;` where no line of the body begins; or begin two lines.
///
/// Values are signed unescaped, so `message: "x;payment:status:success"` and a member `payment.status` sign
/// the same text. Anyone who holds a signed text can choose which it is. With this rule he cannot hide a line
/// that we read inside another one's value, and what someone else hid there is not trusted either.
/// The rule looks at every piece, in keys too, and at every index and free key.
enum HiddenLineRule {
    static func check(
        _ lines: borrowing SignedLines, _ findings: borrowing ScannedFields, by schema: Schema,
        into reasons: inout [Reason]
    ) {
        if findings.doubled != 0 {
            for field in Field.allCases where findings.doubled & field.bit != 0 {
                reasons.add(.hiddenLine, "\(field.path)")
            }
        }
        guard findings.hasInnerPieces else { return }
        let bytes = lines.bytes.span
        lines.forEachInnerPiece { start, end in
            let (place, _) = schema.place(in: bytes, from: start, pathEnd: nil, to: end)
            switch place {
            case .field, .container, .entry:
                if let path = place.path { reasons.add(.hiddenLine, path) }
            case .sign, .group, .unread:
                break
            }
        }
    }
}
