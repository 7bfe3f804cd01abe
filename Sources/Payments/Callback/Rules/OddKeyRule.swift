// SPDX-License-Identifier: Apache-2.0

/// A free text that is reported is directly before an unread line whose path is not made of plain names.
///
/// `message: "Declined;call 123: now"` can be cut at its `;` into the message `Declined` and a member `call
/// 123`: the text is the same, the message is not. No format of the platform has such names, so where one
/// follows a free text, the text is taken for cut. (A tail that looks like a plain name cannot be reported
/// from a member.)
///
/// Where the odd line's path ends its sender chose; checked is the shortest end with which the line sorts
/// behind the free text, so that the same text is always checked alike.
enum OddKeyRule {
    /// - Parameter lines: sorted.
    static func check(
        _ lines: borrowing SignedLines, _ findings: borrowing ScannedFields, _ outline: CallbackOutline,
        by schema: Schema,
        into reasons: inout [Reason]
    ) {
        guard findings.hasOddPath else { return }
        let bytes = lines.bytes.span
        let all = lines.lines.span
        var before: (path: ByteRange, name: String)?
        for index in all.indices {
            let line = all[index]
            let start = Int(line.path.start)
            let end = Int(line.value.end)
            let (place, value) = schema.place(in: bytes, from: start, pathEnd: Int(line.path.end), to: end)
            if let before, place.isUnread, isOdd(line, behind: before.path, in: bytes) {
                reasons.add(.oddKey, before.name)
            }
            before = nil
            if place.isFreeText, outline.reads(place), let name = place.path {
                before = (ByteRange(start: Int32(start), end: Int32(value - 1)), name)
            }
        }
    }

    private static func isOdd(_ line: SignedLines.Line, behind path: ByteRange, in bytes: Span<UInt8>) -> Bool
    {
        PathOrder.allCases.contains { order in
            for index in Int(line.path.start)..<Int(line.value.end)
            where bytes[index] == UInt8(ascii: ":") {
                let candidate = ByteRange(start: line.path.start, end: Int32(index))
                if order.isLess(path, candidate, in: bytes) {
                    return !ScannedFields.isPlain(bytes, candidate)
                }
            }
            return !ScannedFields.isPlain(bytes, line.path)
        }
    }
}
