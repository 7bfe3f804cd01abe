// SPDX-License-Identifier: Apache-2.0

/// Which texts PHP treats as an integer: as an array key, and as a JSON number that does not become a float.
enum PHPInteger {
    /// The value of a canonical decimal in Int64: `0`, `7`, `-3`; nil for `01`, `-0`, `+1`, `1.0` and what is
    /// out of range.
    static func value(of text: Span<UInt8>) -> Int64? {
        guard let first = text.isEmpty ? nil : text[0],
            first &- UInt8(ascii: "0") < 10 || first == UInt8(ascii: "-")
        else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var index = isNegative ? 1 : 0
        // Nineteen digits fit into 64 bits unsigned, so that the sum cannot overflow unseen.
        guard index < text.count, text.count - index <= 19 else { return nil }
        if text[index] == UInt8(ascii: "0") { return text.count == 1 ? 0 : nil }
        var magnitude: UInt64 = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude * 10 + UInt64(digit)
            index += 1
        }
        guard isNegative else { return Int64(exactly: magnitude) }
        return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }
}
