// SPDX-License-Identifier: Apache-2.0

/// Makes any text safe inside a quoted value of one line, for JSON readers, terminals and log pipelines
/// alike.
///
/// Escaped as JSON does: quotes, backslashes, every control character (C0, DEL, C1), the line and paragraph
/// separators and the bidirectional controls, which would let a value dress up as something else on a
/// terminal; and the dollar of `${`, which some log pipelines look up.
public enum LineEscaping {
    /// Appends the text, escaped, without quotes around it.
    ///
    /// - Parameter limit: bytes of the escaped text after which it is cut and marked with `…`.
    public static func append(_ text: String, to bytes: inout [UInt8], atMost limit: Int = .max) {
        let start = bytes.count
        var scalars = text.unicodeScalars.makeIterator()
        var next = scalars.next()
        while let scalar = next {
            next = scalars.next()
            if bytes.count - start >= limit {
                bytes.append(contentsOf: "…".utf8)
                return
            }
            if isHarmless(scalar) && !(scalar == "$" && next == "{") {
                bytes.append(contentsOf: scalar.utf8)
            } else {
                appendEscaped(scalar, to: &bytes)
            }
        }
    }

    /// Whether the text needs no quotes: visible ASCII, no quote, no backslash, no `=`, not empty.
    static func isPlain(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= Log.longestText, !text.utf8.contains(UInt8(ascii: "$")) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                && byte != UInt8(ascii: "=")
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x22, 0x5C: false
        case 0x20..<0x7F: true
        case ..<0xA0: false
        case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: false
        default: true
        }
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch scalar {
        case "\"", "\\": bytes.append(UInt8(scalar.value))
        case "\n": bytes.append(UInt8(ascii: "n"))
        case "\r": bytes.append(UInt8(ascii: "r"))
        case "\t": bytes.append(UInt8(ascii: "t"))
        default:
            bytes.append(UInt8(ascii: "u"))
            // All that is escaped is in the basic plane, so four digits always suffice.
            for shift in stride(from: 12, through: 0, by: -4) {
                let digit = UInt8(scalar.value >> UInt32(shift) & 0xF)
                bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
    }
}
