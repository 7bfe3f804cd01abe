/// Which texts PHP takes for an integer: as a key of an array, and as a JSON number it does not turn into a float.
enum PHPInteger {
    /// The value of a canonical decimal in Int64: `0`, `7`, `-3`; nil for `01`, `-0`, `+1`, `1.0` and what is out
    /// of range.
    static func value(of range: Text, in text: borrowing Span<UInt8>) -> Int64? {
        var index = Int(range.start)
        let end = Int(range.end)
        guard index < end else { return nil }
        let isNegative = text[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        // Twenty digits are more than Int64 has, and their sum might not be seen to overflow.
        guard index < end, end - index <= 19 else { return nil }
        let isZero = text[index] == UInt8(ascii: "0")
        if isZero { return end - index == 1 && !isNegative ? 0 : nil }
        var magnitude: UInt64 = 0
        while index < end {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            magnitude = magnitude * 10 + UInt64(digit)
            index += 1
        }
        return isNegative
            ? (magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil)
            : Int64(exactly: magnitude)
    }
}
