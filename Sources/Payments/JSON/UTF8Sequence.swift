// SPDX-License-Identifier: Apache-2.0

/// Checks one character of more than one byte against table 3-7 of the Unicode standard, "Well-Formed UTF-8
/// Byte Sequences": no overlong form, no surrogate, nothing above U+10FFFF.
enum UTF8Sequence {
    /// The length of the sequence that begins at `index` with a byte that is not ASCII.
    static func length(_ text: borrowing MutableSpan<UInt8>, at index: Int) throws(JSONError) -> Int {
        // The zeros after the text are not continuation bytes, so a truncated sequence fails here too.
        let second = text[index + 1]
        let length: Int
        let isValid: Bool
        switch text[index] {
        case 0xC2...0xDF: (length, isValid) = (2, second & 0xC0 == 0x80)
        case 0xE0: (length, isValid) = (3, 0xA0...0xBF ~= second)
        case 0xED: (length, isValid) = (3, 0x80...0x9F ~= second)
        case 0xE1...0xEF: (length, isValid) = (3, second & 0xC0 == 0x80)
        case 0xF0: (length, isValid) = (4, 0x90...0xBF ~= second)
        case 0xF1...0xF3: (length, isValid) = (4, second & 0xC0 == 0x80)
        case 0xF4: (length, isValid) = (4, 0x80...0x8F ~= second)
        default: throw JSONError(.invalidUTF8, at: index)
        }
        guard
            isValid,
            length < 3 || text[index + 2] & 0xC0 == 0x80,
            length < 4 || text[index + 3] & 0xC0 == 0x80
        else { throw JSONError(.invalidUTF8, at: index) }
        return length
    }
}
