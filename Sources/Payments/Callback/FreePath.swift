// SPDX-License-Identifier: Apache-2.0

/// Where a line of a container with free keys is cut into path and value.
///
/// The signed text does not say: `body:a:b:c` is `{"body":{"a":"b:c"}}` as well as
/// `{"body":{"a":{"b":"c"}}}`, and anyone who can re-arrange a body can choose. So the cut is made from the
/// text alone, the same for all bodies that sign it, by what such containers really hold: plain names down to
/// a name that is known to be a leaf, to the single key below a form's `body` or `params`, or to a URL.
enum FreePath {
    /// Names below which the provider's containers have nothing.
    private static let leaves = PathTable(
        [
            "url", "method", "encrypted", "md", "pa_req", "acs_url", "term_url", "success", "decline",
            "return",
            "code", "message", "field", "type", "title", "data", "text", "label", "name", "value", "regexp",
        ].map { (name: String) in Array(name.utf8) })

    /// Containers of form fields: one key each, which may be any text.
    private static let forms = PathTable(["body", "params"].map { (name: String) in Array(name.utf8) })

    /// The line below the container, from `start` up to `end`. A path may be absent
    /// (`qr_code:000201…`); all the rest is then the value.
    static func cut(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Callback.Line {
        var pathEnd = start
        var position = start
        while let colon = plainName(bytes, from: position, to: end) {
            // A URL.
            if bytes.has("//", at: colon + 1, to: end) { break }
            pathEnd = colon
            if leaves.code(of: bytes, from: position, to: colon) != 0 { break }
            if forms.code(of: bytes, from: position, to: colon) != 0 {
                pathEnd = endOfKey(bytes, from: colon + 1, to: end) ?? colon
                break
            }
            position = colon + 1
        }
        let value = pathEnd > start ? pathEnd + 1 : start
        return Callback.Line(
            path: ByteRange(start: Int32(start), end: Int32(pathEnd)),
            value: ByteRange(start: Int32(value), end: Int32(end)))
    }

    /// The `:` behind a name that is not empty and plain.
    private static func plainName(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var index = start
        while index < end, bytes[index].isPlainInPath { index += 1 }
        return index > start && index < end && bytes[index] == UInt8(ascii: ":") ? index : nil
    }

    /// The first `:` that is not one of a pair: a key's own colon is doubled.
    private static func endOfKey(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        var index = start
        while index < end {
            if bytes[index] == UInt8(ascii: ":") {
                guard index + 1 < end, bytes[index + 1] == UInt8(ascii: ":") else { return index }
                index += 1
            }
            index += 1
        }
        return nil
    }
}
