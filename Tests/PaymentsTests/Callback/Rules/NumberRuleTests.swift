// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Number rule")
struct NumberRuleTests {
    private let base = SampleCallback.success

    @Test(
        "an id or amount is 0 or digits without a leading zero",
        arguments: ["047", "+47", "-47", "4 7", "47 ", "0x2f", "1e3", "47.5", "４７", "abc", "00", "[192] id"])
    func spelling(value: String) {
        for path in ["operation.id", "payment.sum.amount", "operation.sum_initial.amount"] {
            #expect(
                SampleCallback.read(base.with(path, .text(value))).reasons
                    == ["number \(path.replacing(".", with: ":"))"])
        }
        #expect(
            SampleCallback.read(SampleCallback.transaction.with("transaction.id", .text(value))).reasons
                == ["number transaction:id"])
    }

    @Test("an amount is at most 10^13")
    func range() {
        for path in ["payment.sum.amount", "operation.sum_converted.amount"] {
            #expect(SampleCallback.read(base.with(path, 10_000_000_000_000)).reasons == [])
            #expect(
                SampleCallback.read(base.with(path, 10_000_000_000_001)).reasons
                    == ["number \(path.replacing(".", with: ":"))"])
        }
        #expect(
            SampleCallback.read(SampleCallback.transaction.with("sum_real.amount", "99999999999999999999"))
                .reasons
                == ["number sum_real:amount"])
    }

    @Test(
        "a fraction that PHP prints as an integer is one; the text says no more",
        arguments: [("10000.0", "10000 USD"), ("1e4", "10000 USD"), ("0", "0 USD")])
    func printed(spelling: String, sum: String) {
        let reading = SampleCallback.read(base.with("payment.sum.amount", .number(spelling)))
        #expect(Reported(reading)?["payment.sum"] == sum)
    }

    @Test(
        "a currency is 3 to 27 of capitals, digits, colon and underscore",
        arguments: [
            "us", "usd", "US D", "U$D", "", "USD;X", String(repeating: "A", count: 28),
        ])
    func currency(value: String) {
        let reading = SampleCallback.read(base.with("payment.sum.currency", .text(value)))
        if value.isEmpty {
            #expect(reading.reasons == [])
        } else {
            #expect(reading.reasons.contains("number payment:sum:currency"))
        }
    }
}
