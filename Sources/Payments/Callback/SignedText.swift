// SPDX-License-Identifier: Apache-2.0

/// Looking at bytes of the signed text.
extension Span<UInt8> {
    /// Whether `text` is at `start` and ends at or before `end`.
    func has(_ text: StaticString, at start: Int, to end: Int) -> Bool {
        guard end - start >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            for offset in expected.indices where self[start + offset] != expected[offset] { return false }
            return true
        }
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

    /// Whether the byte may be in a plain name of a path: `[A-Za-z0-9_.-]`.
    var isPlainInPath: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension SignedLines {
    /// Calls `visit` for every piece of the text that begins no line: from behind a `;` to its line's end,
    /// which may hold further pieces. White space is not skipped: a key may begin with it.
    func forEachInnerPiece(_ visit: (_ start: Int, _ end: Int) -> Void) {
        let bytes = bytes.span
        for line in lines {
            let end = Int(line.value.end)
            for index in Int(line.path.start)..<end where bytes[index] == UInt8(ascii: ";") {
                visit(index + 1, end)
            }
        }
    }

    /// Calls `visit` for every piece of the text: the lines and the pieces inside them.
    func forEachPiece(_ visit: (_ start: Int, _ end: Int) -> Void) {
        for line in lines { visit(Int(line.path.start), Int(line.value.end)) }
        forEachInnerPiece(visit)
    }

    /// Whether some piece of the text begins with one of the given texts. Slow: for texts that raised a
    /// doubt.
    func hasPiece(beginningWith texts: [StaticString]) -> Bool {
        let bytes = bytes.span
        var hasPiece = false
        forEachPiece { start, end in
            hasPiece = hasPiece || texts.contains { bytes.has($0, at: start, to: end) }
        }
        return hasPiece
    }

    /// Whether there is a line at `index` and it begins with one of the given texts.
    func hasLine(at index: Int, beginningWith texts: [StaticString]) -> Bool {
        guard index < lines.count else { return false }
        let bytes = bytes.span
        let line = lines[index]
        return texts.contains { bytes.has($0, at: Int(line.path.start), to: Int(line.value.end)) }
    }
}

extension [Reason] {
    /// A rule names each place once, however often it was found there. The list is bounded
    /// (`Reason.listLimit`): one reason holds a callback back, and a person needs the first few.
    mutating func add(_ rule: Reason.Rule, _ path: String) {
        let reason = Reason(rule, path)
        if count < Reason.listLimit, !contains(reason) { append(reason) }
    }
}
