/// A natural number of up to 1,600 bits, on the stack: enough for every quotient that makes a binary64 of 64 decimal
/// digits (10^387 and 53 bits, at most) and the digits of a binary64 (10^337 and 53 bits).
struct Natural {
    private static let capacity = 25

    /// The least significant first; those from `count` on are zero.
    private var limbs = InlineArray<25, UInt64>(repeating: 0)
    private var count = 0

    init(_ value: UInt64) {
        limbs[0] = value
        count = value == 0 ? 0 : 1
    }

    var bitWidth: Int {
        count == 0 ? 0 : count * 64 - limbs[count - 1].leadingZeroBitCount
    }

    static func < (left: Natural, right: Natural) -> Bool {
        order(left, right) < 0
    }

    private static func order(_ left: Natural, _ right: Natural) -> Int {
        if left.count != right.count { return left.count - right.count }
        var index = left.count - 1
        while index >= 0 {
            if left.limbs[index] != right.limbs[index] {
                return left.limbs[index] < right.limbs[index] ? -1 : 1
            }
            index -= 1
        }
        return 0
    }

    mutating func add(_ value: UInt64) {
        var carry = value
        var index = 0
        while carry > 0 {
            let (sum, overflow) = limbs[index].addingReportingOverflow(carry)
            limbs[index] = sum
            carry = overflow ? 1 : 0
            index += 1
        }
        count = max(count, index)
    }

    mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for index in 0..<count {
            let (high, low) = limbs[index].multipliedFullWidth(by: factor)
            let (sum, overflow) = low.addingReportingOverflow(carry)
            limbs[index] = sum
            carry = high + (overflow ? 1 : 0)
        }
        if carry > 0 {
            limbs[count] = carry
            count += 1
        }
    }

    mutating func multiply(byTenTo power: Int) {
        for _ in 0..<(power / 19) { multiply(by: 10_000_000_000_000_000_000) }
        for _ in 0..<(power % 19) { multiply(by: 10) }
    }

    /// Multiplies by 2 to the `bits`.
    mutating func shift(by bits: Int) {
        guard count > 0 else { return }
        let (words, rest) = (bits / 64, UInt64(bits % 64))
        var index = count + words
        precondition(index < Self.capacity, "a decimal number of 64 digits needs no more bits than this")
        // From the top, so that nothing is overwritten before it is read; Swift's shift by 64 gives zero.
        while index >= words {
            let low = index - words > 0 ? limbs[index - words - 1] >> (64 - rest) : 0
            limbs[index] = limbs[index - words] << rest | low
            index -= 1
        }
        for index in 0..<words { limbs[index] = 0 }
        count += words + 1
        if limbs[count - 1] == 0 { count -= 1 }
    }

    func shifted(by bits: Int) -> Natural {
        var copy = self
        copy.shift(by: bits)
        return copy
    }

    private mutating func halve() {
        for index in 0..<count {
            let carry = index + 1 < count ? limbs[index + 1] << 63 : 0
            limbs[index] = limbs[index] >> 1 | carry
        }
        if count > 0, limbs[count - 1] == 0 { count -= 1 }
    }

    /// Subtracts what is not greater.
    private mutating func subtract(_ other: Natural) {
        var borrow: UInt64 = 0
        for index in 0..<count {
            let (partial, first) = limbs[index].subtractingReportingOverflow(other.limbs[index])
            let (difference, second) = partial.subtractingReportingOverflow(borrow)
            limbs[index] = difference
            borrow = first || second ? 1 : 0
        }
        while count > 0, limbs[count - 1] == 0 { count -= 1 }
    }

    /// The integer next to `numerator / denominator`, the even one of two; it must be below 2^63.
    static func roundedQuotient(_ numerator: Natural, _ denominator: Natural) -> UInt64 {
        var rest = numerator
        let bits = max(numerator.bitWidth - denominator.bitWidth, 0)
        var divisor = denominator.shifted(by: bits)
        var quotient: UInt64 = 0
        for _ in 0...bits {
            quotient <<= 1
            if !(rest < divisor) {
                rest.subtract(divisor)
                quotient |= 1
            }
            divisor.halve()
        }
        rest.shift(by: 1)
        let half = order(rest, denominator)
        return half > 0 || (half == 0 && quotient & 1 == 1) ? quotient + 1 : quotient
    }
}
