// SPDX-License-Identifier: Apache-2.0

/// The result of reading a decimal number into a binary64 (IEEE 754 double) and printing it with fewer
/// digits, computed in integers: no floating point is used for a signature or an amount.
enum Binary64 {
    /// Replaces `decimal` by the first `precision` digits of the nearest binary64, rounding half to even both
    /// times; false if that is infinite.
    static func round(_ decimal: inout PHPNumber.Decimal, to precision: Int) -> Bool {
        guard let (significand, exponent) = nearest(to: decimal) else { return false }
        guard significand > 0 else {
            decimal.digits = PHPNumber.Digits()
            return true
        }
        // Among the subnormal numbers the nearest one can be of another magnitude than the decimal.
        var point = decimal.point
        var digits: UInt64 = 0
        let upper = powerOfTen(precision)
        while true {
            digits = scale(significand, exponent, byTenTo: precision - point)
            if digits > upper {
                point += 1
            } else if digits < upper / 10 {
                point -= 1
            } else {
                break
            }
        }
        decimal.digits = PHPNumber.Digits(digits)
        decimal.point = digits == upper ? point + 1 : point
        if !keepsZeros(significand, exponent, precision) { decimal.digits.removeTrailingZeros() }
        return true
    }

    /// Whether PHP leaves zeros at the end: `zend_dtoa` does so where it rounds down an integer of one digit
    /// more than asked for that ends in 05, such as 323102299855705.0, which is printed
    /// `3.2310229985570E+14`.
    private static func keepsZeros(_ significand: UInt64, _ exponent: Int, _ precision: Int) -> Bool {
        guard -52...0 ~= exponent else { return false }
        let integer = significand >> UInt64(-exponent)
        let isInteger = integer << UInt64(-exponent) == significand
        let upper = powerOfTen(precision)
        return isInteger && integer / 10 < upper && integer >= upper && integer % 100 == 5
    }

    /// The nearest `significand × 2^exponent`; nil for infinity.
    private static func nearest(to decimal: PHPNumber.Decimal) -> (significand: UInt64, exponent: Int)? {
        // The number is `numerator / denominator × 2^power`: of the powers of ten only the fives are
        // multiplied out.
        var numerator = UInt1536(0)
        decimal.digits.append(to: &numerator)
        var denominator = UInt1536(1)
        let power = decimal.point - decimal.digits.count
        if power >= 0 { numerator.multiply(byFiveTo: power) } else { denominator.multiply(byFiveTo: -power) }

        // The quotient is to have 53 bits, unless that would take a smaller exponent than there is.
        let difference = numerator.bitWidth - denominator.bitWidth
        let isBelow = isBelow(numerator, denominator, shiftedBy: difference)
        let exponent = max(power + difference - (isBelow ? 53 : 52), -1074)
        let significand = roundedQuotient(numerator, denominator, shiftedBy: power - exponent)
        let isInfinite = exponent > 971 || (exponent == 971 && significand == 1 << 53)
        return isInfinite ? nil : (significand, exponent)
    }

    /// `significand × 2^exponent × 10^power`, rounded half to even.
    private static func scale(_ significand: UInt64, _ exponent: Int, byTenTo power: Int) -> UInt64 {
        var numerator = UInt1536(significand)
        var denominator = UInt1536(1)
        if power >= 0 { numerator.multiply(byFiveTo: power) } else { denominator.multiply(byFiveTo: -power) }
        return roundedQuotient(numerator, denominator, shiftedBy: exponent + power)
    }

    /// Whether `numerator < denominator × 2^bits`.
    private static func isBelow(_ numerator: UInt1536, _ denominator: UInt1536, shiftedBy bits: Int) -> Bool {
        var (left, right) = (numerator, denominator)
        if bits >= 0 { right.shift(by: bits) } else { left.shift(by: -bits) }
        return left < right
    }

    /// `numerator × 2^bits / denominator`, rounded half to even.
    private static func roundedQuotient(
        _ numerator: UInt1536, _ denominator: UInt1536, shiftedBy bits: Int
    ) -> UInt64 {
        var (left, right) = (numerator, denominator)
        if bits >= 0 { left.shift(by: bits) } else { right.shift(by: -bits) }
        return UInt1536.roundedQuotient(left, right)
    }

    private static func powerOfTen(_ power: Int) -> UInt64 {
        (0..<power).reduce(1) { value, _ in value * 10 }
    }
}
