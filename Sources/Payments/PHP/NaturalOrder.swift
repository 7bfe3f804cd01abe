// SPDX-License-Identifier: Apache-2.0

/// PHP's natural order, `strnatcmp` of PHP 8 on bytes: a run of digits is compared as a number, white space
/// is skipped, and zeros at the very start of a string are ignored.
///
/// It is an order of strings up to equality (no three of them contradict one another), so that any stable
/// sort gives what PHP's gives.
public enum NaturalOrder {
    /// Below zero, zero or above: `left` sorts before, equal to or after `right`.
    public static func order(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        if left.isEmpty || right.isEmpty { return left.count - right.count }
        var one = skipZeros(left)
        var other = skipZeros(right)
        while true {
            skipWhitespace(left, &one)
            skipWhitespace(right, &other)
            if isDigit(left, one), isDigit(right, other) {
                let order = orderOfRuns(left, &one, right, &other)
                if order != 0 { return order }
                if one == left.count || other == right.count {
                    return one == left.count ? (other == right.count ? 0 : -1) : 1
                }
            }
            let order = Int(byte(left, one)) - Int(byte(right, other))
            if order != 0 { return order }
            one += 1
            other += 1
            if one >= left.count || other >= right.count {
                return one >= left.count ? (other >= right.count ? 0 : -1) : 1
            }
        }
    }

    /// PHP reads the terminating zero of the C string.
    private static func byte(_ text: Span<UInt8>, _ index: Int) -> UInt8 {
        index < text.count ? text[index] : 0
    }

    private static func isDigit(_ text: Span<UInt8>, _ index: Int) -> Bool {
        index < text.count && text[index] &- UInt8(ascii: "0") < 10
    }

    private static func skipZeros(_ text: Span<UInt8>) -> Int {
        var index = 0
        while text[index] == UInt8(ascii: "0"), isDigit(text, index + 1) { index += 1 }
        return index
    }

    private static func skipWhitespace(_ text: Span<UInt8>, _ index: inout Int) {
        while index < text.count, text[index] == 0x20 || 0x09...0x0D ~= text[index] { index += 1 }
    }

    /// Compares two runs of digits and stops after them if they are equal. With a leading zero in one they
    /// are fractions: the first difference decides. Otherwise they are integers: the longer is greater.
    private static func orderOfRuns(
        _ left: Span<UInt8>, _ one: inout Int, _ right: Span<UInt8>, _ other: inout Int
    ) -> Int {
        let areFractions = left[one] == UInt8(ascii: "0") || right[other] == UInt8(ascii: "0")
        var first = 0
        while true {
            switch (isDigit(left, one), isDigit(right, other)) {
            case (false, false): return first
            case (false, true): return -1
            case (true, false): return 1
            case (true, true): break
            }
            if first == 0 { first = Int(left[one]) - Int(right[other]) }
            if first != 0, areFractions { return first }
            one += 1
            other += 1
        }
    }
}
