// SPDX-License-Identifier: Apache-2.0

/// In a value that is reported, a `;` is followed by what a member between this line and the next would begin
/// with; or a `;` is in a value that never has one.
///
/// The platform may have sent `description: "Order"` and an own member `payment.extra`; merged into one
/// value, `Order;payment:extra:x`, the signed text is the same, and the description another. Lines are signed
/// in order of their paths, so a piece can have been a line only if its path sorts between its neighbours';
/// prose hardly ever does (`Declined; insufficient funds` is not a path, `Declined;see:x` sorts elsewhere).
///
/// Names are taken to be of `[A-Za-z0-9_.-]` and of letters beyond ASCII. Those with white space or
/// punctuation are not: every other sentence and address would be held back for a member that no format has.
///
/// Statuses, types, numbers, dates and codes are the platform's own words. A `;` in one of them is never
/// prose, so it needs no second look.
///
/// Where the next line's path ends the text does not say: the whole of it is the upper bound, which no end of
/// the path exceeds. Bodies may verify in natural or in byte order; a place in either counts.
enum TailRule {
    /// Paths are at most as deep as a body may be.
    private static let deepestPath = 32

    /// - Parameter lines: sorted.
    static func check(
        _ lines: borrowing SignedLines, _ outline: CallbackOutline, by schema: Schema,
        into reasons: inout [Reason]
    ) {
        let bytes = lines.bytes.span
        let all = lines.lines.span
        for index in all.indices {
            let line = all[index]
            let start = Int(line.path.start)
            let end = Int(line.value.end)
            let (place, value) = schema.place(in: bytes, from: start, pathEnd: Int(line.path.end), to: end)
            guard outline.reads(place), let name = place.path else { continue }
            let path = ByteRange(start: Int32(start), end: Int32(value - 1))
            let next = index + 1 < all.count ? all[index + 1] : nil
            let bound = next.map { ByteRange(start: $0.path.start, end: $0.value.end) }
            for semicolon in value..<max(value, end) where bytes[semicolon] == UInt8(ascii: ";") {
                if !place.isFreeText
                    || hasPathBetween(path, bound, in: bytes, from: semicolon + 1, to: end)
                {
                    reasons.add(.tail, name)
                    break
                }
            }
        }
    }

    /// Whether some path begins at `start`, goes on to a `:`, and sorts behind `lower` and before `upper`.
    private static func hasPathBetween(
        _ lower: ByteRange, _ upper: ByteRange?, in bytes: Span<UInt8>, from start: Int, to end: Int
    ) -> Bool {
        var names = 0
        var nameStart = start
        for index in start..<end {
            let byte = bytes[index]
            if byte.isPlainInPath || byte >= 0x80 { continue }
            guard byte == UInt8(ascii: ":"), index > nameStart, names < deepestPath else { return false }
            let path = ByteRange(start: Int32(start), end: Int32(index))
            for order in PathOrder.allCases where order.isLess(lower, path, in: bytes) {
                if upper.map({ order.isLess(path, $0, in: bytes) }) ?? true { return true }
            }
            names += 1
            nameStart = index + 1
        }
        return false
    }
}
