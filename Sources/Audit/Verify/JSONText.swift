/// Writes JSON strings: quotes, backslashes and control characters escaped, everything else as it is.
enum JSONText {
    /// - Parameter text: well-formed UTF-8, as all text of a parsed body is.
    static func appendQuoted(_ text: some Collection<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        // One pass over contiguous bytes: a text of a kilobyte is written 50,000 times a second.
        let isDone: Void? = text.withContiguousStorageIfAvailable { append($0, to: &output) }
        if isDone == nil { Array(text).withUnsafeBufferPointer { append($0, to: &output) } }
        output.append(UInt8(ascii: "\""))
    }

    private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        var plain = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            output.append(contentsOf: bytes[plain..<index])
            appendEscape(of: byte, to: &output)
            plain = index + 1
        }
        output.append(contentsOf: bytes[plain...])
    }

    private static func appendEscape(of byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\n"): output.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): output.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): output.append(UInt8(ascii: "t"))
        case ..<0x20:
            output.append(contentsOf: "u00".utf8)
            output.append(UInt8(ascii: "0") + byte >> 4)
            output.append(hexadecimal(byte & 0xF))
        default: output.append(byte)
        }
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
