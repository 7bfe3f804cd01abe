// SPDX-License-Identifier: Apache-2.0

/// A JSON number as PHP 8 prints it with precision 14: what the platform signs.
///
/// PHP keeps an integer within Int64 as it is, and reads every other number into a binary64, of which it
/// prints 14 significant digits, correctly rounded, half to even. Nearly every number has so few digits that
/// the detour over binary64 cannot be seen in them; `Binary64` makes it exactly, in integers, for those where
/// it can.
public enum PHPNumber {
    /// No number is longer than this unless it is an integer printed as written: `-1.2345678901234E-307`, and
    /// two bytes to spare.
    static let maximumBytes = 24
    static let precision = 14

    /// The parts of a number: `0.digits × 10^point`.
    struct Decimal {
        var isNegative = false
        /// Significant digits as numbers from 0 to 9, without zeros at either end; empty for zero.
        var digits = Digits()
        var point = 0
    }

    /// Appends `number`, a number by JSON's grammar of at most 64 bytes, as PHP prints it.
    public static func append(_ number: Span<UInt8>, to output: inout [UInt8]) {
        if let integer = PHPInteger.value(of: number) {
            output.appendDecimal(integer)
            return
        }
        // The only integer in Int64 that is not spelt canonically.
        if number.count == 2, number[0] == UInt8(ascii: "-"), number[1] == UInt8(ascii: "0") {
            output.append(UInt8(ascii: "0"))
            return
        }
        var decimal = read(number)
        if decimal.isNegative { output.append(UInt8(ascii: "-")) }
        guard round(&decimal) else {
            output.append(contentsOf: "INF".utf8)
            return
        }
        append(decimal, to: &output)
    }

    private static func read(_ number: Span<UInt8>) -> Decimal {
        var decimal = Decimal()
        var index = 0
        if number[0] == UInt8(ascii: "-") {
            decimal.isNegative = true
            index = 1
        }
        var isFraction = false
        while index < number.count, number[index] | 0x20 != UInt8(ascii: "e") {
            if number[index] == UInt8(ascii: ".") {
                isFraction = true
            } else {
                let digit = number[index] - UInt8(ascii: "0")
                // Leading zeros have no effect except on the position of the point.
                if digit > 0 || !decimal.digits.isEmpty { decimal.digits.append(digit) }
                if !isFraction, !decimal.digits.isEmpty { decimal.point += 1 }
                if isFraction, decimal.digits.isEmpty { decimal.point -= 1 }
            }
            index += 1
        }
        decimal.digits.removeTrailingZeros()
        if index < number.count { decimal.point += readExponent(number, from: index + 1) }
        return decimal
    }

    /// An exponent is far outside every range long before it could overflow.
    private static func readExponent(_ number: Span<UInt8>, from start: Int) -> Int {
        var index = start
        let isNegative = number[index] == UInt8(ascii: "-")
        if isNegative || number[index] == UInt8(ascii: "+") { index += 1 }
        var exponent = 0
        while index < number.count {
            exponent = min(exponent * 10 + Int(number[index] - UInt8(ascii: "0")), 1_000_000)
            index += 1
        }
        return isNegative ? -exponent : exponent
    }

    /// Rounds to what 14 digits say of the nearest binary64; false for infinity.
    private static func round(_ decimal: inout Decimal) -> Bool {
        if decimal.digits.isEmpty || decimal.point < -323 {
            decimal.digits = Digits()
            return true
        }
        if decimal.point > 309 { return false }
        // Within these bounds a binary64 is nearer to the number than 0.0112 units of its 14th digit, so that
        // only where the rest is as near to a half does it matter that it is another number.
        let isNormal = -306...308 ~= decimal.point
        guard isNormal, let roundsUp = decimal.digits.roundsUp(at: precision) else {
            return Binary64.round(&decimal, to: precision)
        }
        decimal.digits.truncate(to: precision)
        if roundsUp, decimal.digits.increment() { decimal.point += 1 }
        decimal.digits.removeTrailingZeros()
        return true
    }

    /// Writes the digits as `php_gcvt` does.
    private static func append(_ decimal: Decimal, to output: inout [UInt8]) {
        let digits = decimal.digits
        let zero = UInt8(ascii: "0")
        guard !digits.isEmpty else { return output.append(zero) }
        if decimal.point < -3 || decimal.point > precision {
            output.append(zero + digits[0])
            output.append(UInt8(ascii: "."))
            if digits.count == 1 { output.append(zero) }
            for index in 1..<digits.count { output.append(zero + digits[index]) }
            let exponent = decimal.point - 1
            output.append(UInt8(ascii: "E"))
            output.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            output.appendDecimal(Int64(exponent.magnitude))
            return
        }
        if decimal.point <= 0 {
            output.append(zero)
            output.append(UInt8(ascii: "."))
            for _ in decimal.point..<0 { output.append(zero) }
        }
        for index in 0..<max(digits.count, decimal.point) {
            if index > 0, index == decimal.point { output.append(UInt8(ascii: ".")) }
            output.append(index < digits.count ? zero + digits[index] : zero)
        }
    }
}
