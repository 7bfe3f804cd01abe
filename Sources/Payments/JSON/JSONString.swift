// SPDX-License-Identifier: Apache-2.0

/// Takes a string: checks every byte of it, and decodes escapes in place.
///
/// Decoding never needs more room than the escape took, so the decoded bytes fit in place.
enum JSONString {
    /// `position` is at the opening quote, and after the closing one on return.
    static func take(
        _ text: inout MutableSpan<UInt8>, at position: inout Int, end: Int
    ) throws(JSONError) -> ByteRange {
        let start = position + 1
        var index = start
        while true {
            let special = firstSpecial(of: load(text.span, at: index))
            guard special < 8 else {
                index &+= 8
                continue
            }
            index &+= special
            let byte = text[index]
            if byte == UInt8(ascii: "\"") {
                position = index + 1
                return ByteRange(
                    start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: index))
            }
            if byte >= 0x80 {
                index &+= try UTF8Sequence.length(text, at: index)
            } else if byte == UInt8(ascii: "\\") {
                return try decode(&text, start: start, from: index, at: &position, end: end)
            } else {
                throw JSONError(index >= end ? .unexpectedEnd : .controlCharacter, at: index)
            }
        }
    }

    /// The rest of a string that has an escape at `first`: reads ahead and writes after the decoded part.
    private static func decode(
        _ text: inout MutableSpan<UInt8>, start: Int, from first: Int, at position: inout Int, end: Int
    ) throws(JSONError) -> ByteRange {
        var read = first
        var write = first
        while true {
            let byte = text[read]
            switch byte {
            case UInt8(ascii: "\""):
                position = read + 1
                return ByteRange(
                    start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: write))
            case UInt8(ascii: "\\"):
                try takeEscape(&text, from: &read, to: &write, end: end)
            case 0x80...:
                for _ in 0..<(try UTF8Sequence.length(text, at: read)) {
                    text[write] = text[read]
                    read &+= 1
                    write &+= 1
                }
            case ..<0x20:
                throw JSONError(read >= end ? .unexpectedEnd : .controlCharacter, at: read)
            default:
                text[write] = byte
                read &+= 1
                write &+= 1
            }
        }
    }

    private static func takeEscape(
        _ text: inout MutableSpan<UInt8>, from read: inout Int, to write: inout Int, end: Int
    ) throws(JSONError) {
        let decoded: UInt8
        switch text[read + 1] {
        case UInt8(ascii: "\""): decoded = UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): decoded = UInt8(ascii: "\\")
        case UInt8(ascii: "/"): decoded = UInt8(ascii: "/")
        case UInt8(ascii: "b"): decoded = 0x08
        case UInt8(ascii: "f"): decoded = 0x0C
        case UInt8(ascii: "n"): decoded = UInt8(ascii: "\n")
        case UInt8(ascii: "r"): decoded = UInt8(ascii: "\r")
        case UInt8(ascii: "t"): decoded = UInt8(ascii: "\t")
        case UInt8(ascii: "u"):
            let scalar = try takeScalar(text, at: &read, end: end)
            for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                text[write] = unit
                write &+= 1
            }
            return
        default:
            throw JSONError(read + 1 >= end ? .unexpectedEnd : .invalidEscape, at: read)
        }
        text[write] = decoded
        write &+= 1
        read &+= 2
    }

    /// The scalar of `\uXXXX`, or of two that are a surrogate pair.
    private static func takeScalar(
        _ text: borrowing MutableSpan<UInt8>, at position: inout Int, end: Int
    ) throws(JSONError) -> Unicode.Scalar {
        let start = position
        let high = try takeHexadecimal(text, at: &position, end: end)
        if let scalar = Unicode.Scalar(high) { return scalar }
        // A value that is not a scalar is a surrogate: a high one, which a low one must follow directly.
        guard high < 0xDC00, text[position] == UInt8(ascii: "\\"), text[position + 1] == UInt8(ascii: "u")
        else {
            throw JSONError(position >= end ? .unexpectedEnd : .loneSurrogate, at: start)
        }
        let low = try takeHexadecimal(text, at: &position, end: end)
        let pair = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
        guard low & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(pair) else {
            throw JSONError(.loneSurrogate, at: start)
        }
        return scalar
    }

    private static func takeHexadecimal(
        _ text: borrowing MutableSpan<UInt8>, at position: inout Int, end: Int
    ) throws(JSONError) -> UInt32 {
        let start = position
        position += 2
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = text[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw JSONError(position >= end ? .unexpectedEnd : .invalidEscape, at: start)
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// The offset behind the closing quote of the string that begins at `start` of a body that was parsed.
    static func end(in body: [UInt8], from start: Int) -> Int {
        var index = start
        while body[index] != UInt8(ascii: "\"") { index += body[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return index + 1
    }

    // MARK: Eight bytes at a time

    @inline(__always)
    static func load(_ text: Span<UInt8>, at index: Int) -> UInt64 {
        UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The index of the first byte that is a control character, a quote, a backslash or not ASCII; 8 if none
    /// is.
    @inline(__always)
    private static func firstSpecial(of word: UInt64) -> Int {
        ((marks(of: word) | word) & highs).trailingZeroBitCount >> 3
    }

    /// The index of the first byte that JSON demands an escape for: a control character, a quote or a
    /// backslash; 8 if none is.
    @inline(__always)
    static func firstEscaped(of word: UInt64) -> Int {
        (marks(of: word) & highs).trailingZeroBitCount >> 3
    }

    private static var highs: UInt64 { 0x8080_8080_8080_8080 }

    /// Sets the high bit of each byte that is a control character, a quote or a backslash.
    ///
    /// `(word - ones × n) & ~word & highs` marks the bytes below n. A borrow can mark a byte wrongly only
    /// above one that is marked rightly, and only the first counts.
    @inline(__always)
    private static func marks(of word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        return ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote)
            | ((backslash &- ones) & ~backslash)
    }
}
