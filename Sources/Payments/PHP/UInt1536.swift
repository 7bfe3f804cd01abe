// SPDX-License-Identifier: Apache-2.0

/// A natural number of up to 1,536 bits, on the stack: enough for every quotient that makes a binary64 of 64
/// decimal digits, and the digits of a binary64.
///
/// The largest are 5^387, of 899 bits, and what is divided by it with 53 bits to spare.
struct UInt1536 {
    private static let capacity = 24

    /// The least significant first; those from `count` on are zero.
    private var limbs = InlineArray<24, UInt64>(repeating: 0)
    private var count = 0

    init(_ value: UInt64) {
        limbs[0] = value
        count = value == 0 ? 0 : 1
    }

    var bitWidth: Int {
        count == 0 ? 0 : count * 64 - limbs[count - 1].leadingZeroBitCount
    }

    /// Multiplies by one number and adds another.
    mutating func multiply(by factor: UInt64, adding addend: UInt64 = 0) {
        var carry = addend
        for index in 0..<count {
            let (high, low) = limbs[index].multipliedFullWidth(by: factor)
            let (sum, overflow) = low.addingReportingOverflow(carry)
            limbs[index] = sum
            carry = high &+ (overflow ? 1 : 0)
        }
        if carry > 0 {
            limbs[count] = carry
            count += 1
        }
    }

    /// Multiplies by 5 to the `power`.
    mutating func multiply(byFiveTo power: Int) {
        var rest = power
        while rest >= 27 {
            // The largest power of five in 64 bits.
            multiply(by: 7_450_580_596_923_828_125)
            rest -= 27
        }
        multiply(by: (0..<rest).reduce(1) { power, _ in power * 5 })
    }

    /// Multiplies by 2 to the `bits`.
    mutating func shift(by bits: Int) {
        guard count > 0, bits > 0 else { return }
        let (words, rest) = (bits / 64, UInt64(bits % 64))
        var index = count + words
        precondition(index < Self.capacity, "a decimal number of 64 digits needs no more bits than this")
        // From the top, so that nothing is overwritten before it is read; Swift's shift by 64 gives zero.
        while index >= words {
            let low = index > words ? limbs[index - words - 1] >> (64 - rest) : 0
            limbs[index] = limbs[index - words] << rest | low
            index -= 1
        }
        for index in 0..<words { limbs[index] = 0 }
        count += words + 1
        if limbs[count - 1] == 0 { count -= 1 }
    }

    /// Below, equal or above zero.
    private static func order(_ left: UInt1536, _ right: UInt1536) -> Int {
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

    static func < (left: UInt1536, right: UInt1536) -> Bool {
        order(left, right) < 0
    }

    /// Subtracts `other × factor`; returns the borrow out of the limbs.
    private mutating func subtract(_ other: UInt1536, times factor: UInt64) -> UInt64 {
        var borrow: UInt64 = 0
        for index in 0..<max(count, other.count) {
            let (high, low) = other.limbs[index].multipliedFullWidth(by: factor)
            let (product, overflow) = low.addingReportingOverflow(borrow)
            let (difference, underflow) = limbs[index].subtractingReportingOverflow(product)
            limbs[index] = difference
            borrow = high &+ (overflow ? 1 : 0) &+ (underflow ? 1 : 0)
        }
        normalise(from: max(count, other.count))
        return borrow
    }

    /// Adds `other`; returns the carry out of the first `length` limbs.
    private mutating func add(_ other: UInt1536, length: Int) -> UInt64 {
        var carry: UInt64 = 0
        for index in 0..<length {
            let (partial, first) = limbs[index].addingReportingOverflow(other.limbs[index])
            let (sum, second) = partial.addingReportingOverflow(carry)
            limbs[index] = sum
            carry = first || second ? 1 : 0
        }
        normalise(from: length)
        return carry
    }

    private mutating func normalise(from length: Int) {
        count = length
        while count > 0, limbs[count - 1] == 0 { count -= 1 }
    }

    /// The integer next to `numerator / denominator`, the even one of two; it must be below 2^63.
    ///
    /// One step of long division in base 2^64 (Knuth, The Art of Computer Programming 4.3.1, algorithm D):
    /// with the denominator's first bit set, the quotient of the first two limbs by its first one is at most
    /// two too great.
    static func roundedQuotient(_ numerator: UInt1536, _ denominator: UInt1536) -> UInt64 {
        var rest = numerator
        var divisor = denominator
        let bits = divisor.limbs[divisor.count - 1].leadingZeroBitCount
        rest.shift(by: bits)
        divisor.shift(by: bits)
        let length = max(rest.count, divisor.count)
        let first = divisor.limbs[divisor.count - 1]
        let high = rest.limbs[divisor.count]
        precondition(rest.count <= divisor.count + 1 && high < first, "the quotient has no more than 64 bits")
        var quotient = first.dividingFullWidth((high, rest.limbs[divisor.count - 1])).quotient
        var missing = rest.subtract(divisor, times: quotient)
        while missing > 0 {
            quotient -= 1
            missing -= rest.add(divisor, length: length)
        }
        rest.shift(by: 1)
        let half = order(rest, divisor)
        return half > 0 || (half == 0 && quotient & 1 == 1) ? quotient + 1 : quotient
    }
}
