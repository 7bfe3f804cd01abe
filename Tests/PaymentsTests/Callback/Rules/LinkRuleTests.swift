// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Link rule")
struct LinkRuleTests {
    private let base = SampleCallback.success

    @Test("the link whose customer is called like a callback is held back by this rule alone")
    func theForgery() throws {
        // The pieces of `customer_first_name: "Bob;operation:code:0;…;zz:x"` as members of their own; the
        // rest of the link ends up in the value of zz.
        let forged: JSONDraft = [
            "customer_first_name": "Bob",
            "operation": [
                "code": 0, "date": "2024-12-07T19:08:45+0000", "id": 47, "message": "Success",
                "status": "success",
                "type": "sale",
            ],
            "payment": ["id": "payment_47", "status": "success", "sum": ["amount": 1, "currency": "USD"]],
            "project_id": 1234,
            "zz": "x;customer_id:5;payment_amount:10000;payment_currency:USD;payment_id:p1",
        ]
        var adversary = try Adversary([
            "project_id": 1234, "payment_id": "p1", "payment_amount": 10000, "payment_currency": "USD",
            "customer_first_name":
                "Bob;operation:code:0;operation:date:2024-12-07T19:08:45+0000;operation:id:47;operation:message:Success;operation:status:success;operation:type:sale;payment:id:payment_47;payment:status:success;payment:sum:amount:1;payment:sum:currency:USD;project_id:1234;zz:x",
        ])
        _ = adversary.send(forged.body)
        let reading = SampleCallback.read(forged)
        #expect(Set(reading.reasons) == ["link payment_amount", "link payment_currency", "link payment_id"])
    }

    @Test(
        "an amount, a currency or a mode is the sign of a link, at the root or behind a semicolon",
        arguments: [
            ("payment_amount", "1"), ("payment_currency", "USD"), ("mode", "purchase"), ("mode", "payout"),
            ("mode", "card_tokenize"), ("mode", "card_verify"), ("payment_amount", ""),
        ])
    func signs(name: String, value: String) {
        #expect(SampleCallback.read(base.with(name, .text(value))).reasons == ["link \(name)"])
        let inside = base.with("account", ["holder": .text("x;\(name):\(value);y")])
        #expect(SampleCallback.read(inside).reasons == ["link \(name)"])
    }

    @Test("the payment id at the root is not a sign: callbacks have it too", arguments: ["p1", ""])
    func paymentID(value: String) {
        #expect(SampleCallback.read(base.with("payment_id", .text(value))).reasons == [])
        let inside = base.with("account", ["holder": .text("x;payment_id:\(value);y")])
        #expect(SampleCallback.read(inside).reasons == [])
        #expect(SampleCallback.read(base.with("payment_id", .text(value)).with("uuid", "1-2")).reasons == [])
    }

    @Test(
        "the payment id beside a parameter that only links have is a sign, wherever the two begin",
        arguments: [
            "payment_description", "customer_first_name", "billing_address", "recipient_wallet_owner",
            "merchant_success_url", "account_customer_name", "redirect_tokenize_url", "best_before",
            "operation_type",
        ])
    func linkWithoutAmount(parameter: String) {
        let atRoot = base.with("payment_id", "p1").with(parameter, "x")
        #expect(SampleCallback.read(atRoot).reasons == ["link payment_id"])
        let inside = base.with("account", ["holder": .text("x;payment_id:p1;\(parameter):x")])
        #expect(SampleCallback.read(inside).reasons == ["link payment_id"])
        #expect(SampleCallback.read(base.with(parameter, "x")).reasons == [])
    }

    @Test("the links of the official SDKs are links, also those without an amount")
    func golden() throws {
        var links = 0
        for vector in GoldenVector.all where vector.kind == .request {
            guard let body = vector.body, body.contains("\"project_id\""), body.contains("\"payment_id\""),
                !body.contains("\"general\"")
            else { continue }
            links += 1
            let reading = SampleCallback.read(Array(body.utf8), project: nil)
            #expect(reading.reasons.contains { $0.hasPrefix("link ") }, "\(vector.name): \(reading.reasons)")
        }
        #expect(links >= 4)
    }

    @Test(
        "a parameter's name elsewhere, or another mode, is not a sign",
        arguments: [
            ("uuid", "1"), ("mode", "test"), ("mode", "express"), ("mode", ""),
            ("customer_first_name", "Bob"),
            ("payment_ids", "5"), ("payment_description", "x"), ("account.payment_id", "5"),
            ("operation.message", "Order; mode: express; payment_id: 5"),
            ("operation.message", "payment_id:5"), ("operation.message", "x;payment_id 5"),
        ])
    func noSigns(path: String, value: String) {
        #expect(SampleCallback.read(base.with(path, .text(value))).reasons == [])
    }
}
