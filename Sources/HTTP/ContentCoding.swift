// SPDX-License-Identifier: Apache-2.0

/// What a Content-Encoding field says about the body.
enum ContentCoding {
    /// Names that senders give to a body that is sent as it is: no coding, a charset, or a content type in
    /// the wrong field. The body is read as it came, and its signature shows that it is what was signed.
    private static let plainNames: [StaticString] = [
        "identity", "none", "null", "no", "raw", "plain", "text", "json", "binary", "7bit", "8bit", "utf-8",
        "utf8",
        "utf_8", "unicode", "ascii", "us-ascii", "iso-8859-1", "latin1", "latin-1", "windows-1252",
    ]

    /// Whether a body with this field is sent as it is. Any other name, above all gzip, deflate, br and zstd,
    /// changes the body and is refused.
    static func isPlain(_ value: UnsafeRawBufferPointer) -> Bool {
        var start = value.startIndex
        while start <= value.endIndex {
            let end = value[start...].firstIndex(of: UInt8(ascii: ",")) ?? value.endIndex
            guard isPlainName(trimmed(UnsafeRawBufferPointer(rebasing: value[start..<end]))) else {
                return false
            }
            start = end + 1
        }
        return true
    }

    private static func isPlainName(_ name: UnsafeRawBufferPointer) -> Bool {
        if name.isEmpty || plainNames.contains(where: { RequestFacts.isCaselesslyEqual(name, $0) }) {
            return true
        }
        // `charset=utf-8` and `application/json; charset=utf-8` belong to Content-Type. No coding's name
        // holds a slash or an equals sign.
        return name.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
    }

    private static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "\"") }
        var rest = text.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return UnsafeRawBufferPointer(rebasing: rest)
    }
}
