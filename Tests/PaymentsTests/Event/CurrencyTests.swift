// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The exponent that readers are given, by what an event holds.
@Suite("Currency exponents")
struct CurrencyTests {
    private func exponent(_ currency: String) throws -> String? {
        var log = ProcessedLog()
        let body = ExampleBodies.Purchase(currency: currency).body
        let event = try log.send(body, at: Example.hour * 1000).text
        #expect(event.contains(#""amount":10000,"currency":"\#(currency)""#))
        return event.firstMatch(of: /"exponent":([0-9])/).map { String($0.1) }
    }

    @Test(
        "minor units by ISO 4217",
        arguments: [("USD", "2"), ("KHR", "2"), ("JPY", "0"), ("VND", "0"), ("JOD", "3")])
    func known(currency: String, expected: String) throws {
        #expect(try exponent(currency) == expected)
    }

    @Test(
        "none where it is not known or the platform contradicts itself",
        arguments: ["KWD", "CVE", "MGA", "MRU", "XYZ", "BTC", "USDT", "USDT:TRC20"])
    func unknown(currency: String) throws {
        #expect(try exponent(currency) == nil)
    }
}
