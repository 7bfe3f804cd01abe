// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

@Suite("PHP number")
struct PHPNumberTests {
    @Test(
        "a number is printed as PHP 8 prints it",
        arguments: [
            ("0", "0"), ("-0", "0"), ("7", "7"), ("-3", "-3"), ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"), ("9223372036854775808", "9.2233720368548E+18"),
            ("-9223372036854775809", "-9.2233720368548E+18"), ("12345678901234567890", "1.2345678901235E+19"),
            ("0.0", "0"), ("-0.0", "-0"), ("-0e5", "-0"), ("0e999999999", "0"), ("1.0", "1"),
            ("10.50", "10.5"),
            ("100.00", "100"), ("1e2", "100"), ("1E+2", "100"), ("1e-2", "0.01"),
            ("0.30000000000000004", "0.3"),
            ("0.0001", "0.0001"), ("0.00001", "1.0E-5"), ("0.000012345", "1.2345E-5"), ("1e14", "1.0E+14"),
            ("12345678901234.0", "12345678901234"), ("99999999999999.4", "99999999999999"),
            ("99999999999999.9", "1.0E+14"), ("1e25", "1.0E+25"), ("1.5e300", "1.5E+300"), ("0.1e1", "1"),
            // The nearest binary64 decides which way a half goes, and an exact half goes to the even digit.
            ("1.00000000000005", "1"), ("1.00000000000015", "1.0000000000002"),
            ("1000000000000.25", "1000000000000.2"), ("1000000000000.75", "1000000000000.8"),
            // PHP leaves the zero behind where it rounds such an integer down.
            ("323102299855705.0", "3.2310229985570E+14"), ("323102299855715.0", "3.2310229985572E+14"),
            ("323102299855704.0", "3.231022998557E+14"),
            // Infinity, and the smallest numbers.
            ("1.7976931348623157e308", "1.7976931348623E+308"), ("1.7976931348623159e308", "INF"),
            ("-1e400", "-INF"), ("1e999999999", "INF"), ("2.2250738585072011e-308", "2.2250738585072E-308"),
            ("5e-324", "4.9406564584125E-324"), ("2.5e-324", "4.9406564584125E-324"), ("2.4e-324", "0"),
            ("9e-324", "9.8813129168249E-324"), ("1e-400", "0"), ("-1e-400", "-0"), ("1e-999999999", "0"),
            ("-1.2345678901234e-307", "-1.2345678901234E-307"),
        ])
    func examples(number: String, expected: String) {
        #expect(Self.printed(number) == expected)
    }

    @Test("the digits are those of the C library's printf, through strtod")
    func printf() {
        var random = SeededRandom(state: 0x5EED)
        for _ in 0..<20_000 {
            let spelling = Self.spelling(&random)
            let expected = String(format: "%.13e", strtod(spelling, nil))
            let printed = Self.printed(spelling)
            let own =
                printed.hasSuffix("INF")
                ? printed.lowercased() : String(format: "%.13e", strtod(printed, nil))
            #expect(own == expected, "\(spelling) → \(printed)")
        }
    }

    /// Numbers of every size, many of them near a half behind their fourteenth digit.
    static func spelling(_ random: inout SeededRandom) -> String {
        let digits = (0..<14).map { _ in String(random.next(below: 10)) }.joined()
        let tails = ["5", "50", "4999999999", "5000000001", "", "499", "501", String(random.next())]
        let tail = tails[random.next(below: tails.count)]
        let exponent = random.next(below: 4) == 0 ? random.next(below: 660) - 345 : random.next(below: 12) - 6
        return "\(random.next(below: 9) + 1).\(digits)\(tail)e\(exponent)"
    }

    static func printed(_ number: String) -> String {
        var output: [UInt8] = []
        PHPNumber.append(Array(number.utf8).span, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}

/// Steele and Vigna's SplitMix64: the same numbers for the same seed on every machine.
struct SeededRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
