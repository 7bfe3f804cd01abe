// SPDX-License-Identifier: Apache-2.0

/// Base64 of RFC 4648, section 4, for the 64 bytes of a signature: 88 characters, two of them padding.
enum Base64 {
    static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Decodes the one canonical spelling; false for any other length, character, padding, or bits after the
    /// last byte. The output is then whatever could be decoded, so that what follows can take the same path.
    static func decode(_ text: Span<UInt8>, into code: inout AuthenticationCode) -> Bool {
        guard text.count == 88 else { return false }
        let values = values.span
        var seen: UInt8 = 0
        var output = 0
        for index in stride(from: 0, to: 84, by: 4) {
            let first = values[Int(text[index])]
            let second = values[Int(text[index &+ 1])]
            let third = values[Int(text[index &+ 2])]
            let fourth = values[Int(text[index &+ 3])]
            seen |= first | second | third | fourth
            code[output] = first << 2 | second >> 4
            code[output &+ 1] = second << 4 | third >> 2
            code[output &+ 2] = third << 6 | fourth
            output &+= 3
        }
        let first = values[Int(text[84])]
        let second = values[Int(text[85])]
        code[63] = first << 2 | second >> 4
        return (seen | first | second) < 64 && second & 0xF == 0
            && text[86] == UInt8(ascii: "=") && text[87] == UInt8(ascii: "=")
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

    /// The six bits of each character; 255 for a byte outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for value in 0..<64 { values[Int(alphabet.utf8Start[value])] = UInt8(value) }
        return values
    }()
}
