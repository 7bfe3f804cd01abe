// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Odd key rule")
struct OddKeyRuleTests {
    private let base = SampleCallback.success

    @Test(
        "an unread member with an odd name, directly behind a free text, is named",
        arguments: [
            ("operation.message", "operation.message 2"), ("operation.message", "operation.n/a"),
            ("payment.description", "payment.a b"), ("customer.id", "customer.phone number"),
            ("operation.message", "operation.п"),
        ])
    func behindText(text: String, member: String) {
        // Of the last the path sorts behind everything of the operation: no free text is before it.
        let reading = SampleCallback.read(base.with(text, "Declined").with(member, "x"))
        let sortsBehindText = member != "operation.п" && member != "payment.a b"
        #expect(reading.reasons == (sortsBehindText ? ["odd-key \(text.replacing(".", with: ":"))"] : []))
    }

    @Test("it does not matter where the sender ends the odd path")
    func anyCut() {
        for member: JSONDraft in [
            ["note a": ["b": ["c": "d"]]], ["note a": "b:c:d"], ["note a": ["b": "c:d"]],
        ] {
            guard case .object(let members) = member else { continue }
            let body = base.with("operation." + members[0].key, members[0].value)
            #expect(SampleCallback.read(body).reasons == ["odd-key operation:message"])
        }
    }

    @Test("the text's tail, cut off into a member, is what this is against")
    func cut() throws {
        let honest = base.with("operation.message", "Declined;operation:n o:now")
        #expect(SampleCallback.read(honest).reasons == [])
        var adversary = try Adversary(honest)
        let forged = base.with("operation.message", "Declined").with("operation.n o", "now")
        guard case .held(let reading) = adversary.send(forged.body) else {
            Issue.record("the two must sign the same text, and the second must be held back")
            return
        }
        #expect(reading.reasons == ["odd-key operation:message"])
    }

    @Test(
        "an odd name elsewhere, and a plain one behind a free text, are fine",
        arguments: [
            "style id", "operation.extra", "payment.dee", "operation.provider.a b", "ключ", "a:b", "[]",
        ])
    func elsewhere(member: String) {
        #expect(SampleCallback.read(base.with(member, "x")).reasons == [])
    }
}
