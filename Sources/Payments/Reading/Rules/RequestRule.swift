/// The text is, or may be, that of a request which the merchant signed for the platform's Gate.
///
/// Requests carry what customers chose (names, descriptions) and are signed as callbacks are. All have
/// `general.project_id`, which some callbacks have too; but the line that follows it in the signed order differs:
/// a callback goes on with its operation, its request or a payment's own members, no known request does. Since the
/// project's line must hold exactly the key's project, nothing can be slipped in between.
enum RequestRule {
    private static let continuations: [StaticString] = [
        "operation:", "operations:", "request:", "payment:attempts_timeout:",
        "payment:cascading_with_redirect:", "payment:date:", "payment:id:", "payment:is_cascading:",
        "payment:is_new_attempts_available:",
    ]

    /// - Parameter lines: sorted, where `general:project_id` is among them.
    static func judge(
        _ lines: borrowing SignedLines, _ findings: borrowing Findings, by schema: Schema,
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
            let next = index + 1 < all.count ? all[index + 1] : nil
            let isCallback =
                next.map { next in
                    continuations.contains {
                        bytes.has($0, at: Int(next.path.start), to: Int(next.value.end))
                    }
                } ?? false
            if !isCallback { reasons.add(.request, "\(Field.generalProjectID.path)") }
        }
    }
}
