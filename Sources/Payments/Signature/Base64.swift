/// Base64 of RFC 4648, section 4, for the 64 bytes of a signature: 88 characters, two of them padding.
enum Base64 {
    static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Decodes the one canonical spelling; false for any other length, character, padding, or bits behind the last
    /// byte. The output is then whatever could be decoded, so that what follows can take the same path.
    static func decode(_ text: Span<UInt8>, into code: inout AuthenticationCode) -> Bool {
        guard text.count == 88 else { return false }
        var isCanonical = text[86] == UInt8(ascii: "=") && text[87] == UInt8(ascii: "=")
        var bits: UInt32 = 0
        var output = 0
        for index in 0..<86 {
            let value = value(of: text[index])
            isCanonical = isCanonical && value < 64
            bits = bits << 6 | UInt32(value & 63)
            if index % 4 != 0 {
                let shift = UInt32(6 - index % 4 * 2)
                code[output] = UInt8(truncatingIfNeeded: bits >> shift)
                output += 1
            }
        }
        return isCanonical && bits & 0xF == 0
    }

    /// Appends the 88 characters of a signature.
    static func append(_ code: AuthenticationCode, to output: inout [UInt8]) {
        let alphabet = alphabet.utf8Start
        for start in stride(from: 0, to: 64, by: 3) {
            let second = start + 1 < 64 ? code[start + 1] : 0
            let third = start + 2 < 64 ? code[start + 2] : 0
            let bits = UInt32(code[start]) << 16 | UInt32(second) << 8 | UInt32(third)
            output.append(alphabet[Int(bits >> 18)])
            output.append(alphabet[Int(bits >> 12 & 63)])
            output.append(start + 1 < 64 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
            output.append(start + 2 < 64 ? alphabet[Int(bits & 63)] : UInt8(ascii: "="))
        }
    }

    private static func value(of character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 64
        }
    }
}
