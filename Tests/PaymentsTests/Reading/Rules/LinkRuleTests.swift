import Payments
import Testing

@Suite("Link rule")
struct LinkRuleTests {
    private let base = SampleCallback.success

    @Test("the link whose customer is called like a callback is held back by this rule alone")
    func theForgery() throws {
        // The pieces of `customer_first_name: "Bob;operation:code:0;…;zz:x"` as members of their own; the rest of
        // the link ends up in the value of zz.
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
        "a parameter that every link has is its sign, at the root or behind a semicolon",
        arguments: [
            ("payment_id", "p1"), ("payment_amount", "1"), ("payment_currency", "USD"), ("mode", "purchase"),
            ("mode", "payout"), ("mode", "card_tokenize"), ("mode", "card_verify"), ("payment_id", ""),
        ])
    func signs(name: String, value: String) {
        #expect(SampleCallback.read(base.with(name, .text(value))).reasons == ["link \(name)"])
        let inside = base.with("account", ["holder": .text("x;\(name):\(value);y")])
        #expect(SampleCallback.read(inside).reasons == ["link \(name)"])
    }

    @Test(
        "a parameter's name elsewhere, or another mode, is no sign",
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
