// SPDX-License-Identifier: Apache-2.0
import Audit
import Testing

@Suite("How a payment is named")
struct PaymentNameTests {
    private func key(_ words: String...) -> String? {
        PaymentName(words).map { String(decoding: $0.key, as: UTF8.self) }
    }

    @Test("by project and id in two words or one, folded as on the topics; or by its key")
    func named() {
        #expect(key("1234", "Payment_47") == "1234:payment_47")
        #expect(key("1234:Payment_47") == "1234:payment_47")
        #expect(key("1234", "a:b") == "1234:a:b")
        #expect(key("token:1234:AbC") == "token:1234:AbC")
        #expect(key("recurring:1234:321") == "recurring:1234:321")
        #expect(key("1234", String(repeating: "x", count: 400))?.hasPrefix("sha256:1234:") == true)
    }

    @Test("anything else is not a name")
    func refused() {
        #expect(key() == nil)
        #expect(key("payment_47") == nil)
        #expect(key("1234") == nil && key("1234:") == nil && key(":x") == nil)
        #expect(key("01234", "x") == nil && key("-1", "x") == nil && key("x", "y") == nil)
        #expect(key("1234", "a", "b") == nil)
    }
}
