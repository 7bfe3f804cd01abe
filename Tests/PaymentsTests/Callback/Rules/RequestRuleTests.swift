// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Request rule")
struct RequestRuleTests {
    private let base = SampleCallback.success.with("project_id", nil)

    @Test("every request to the Gate is known as one")
    func requests() {
        for request in MerchantText.requests {
            let reading = SampleCallback.read(request)
            #expect(reading.kind == "ambiguous")
            #expect(
                reading.reasons.contains { $0.hasPrefix("request ") },
                "\(String(decoding: request.body, as: UTF8.self)): \(reading.reasons)")
        }
    }

    @Test(
        "a project id in general that is not followed as in a callback is a request's",
        arguments: [
            ("general.terminal_id", 5), ("general.type", "start"), ("payment.amount", 5),
            ("payment.currency", "USD"), ("payment.best_before", "x"),
        ] as [(String, JSONDraft)])
    func followers(path: String, value: JSONDraft) {
        var body = base.with("general", ["project_id": 1234]).with(path, value)
        if path.hasPrefix("payment.") { body = body.with("operation", nil) }
        #expect(SampleCallback.read(body).reasons == ["request general:project_id"])
    }

    @Test("a project id in general that nothing follows is a request's")
    func last() {
        let query: JSONDraft = [
            "errors": [["code": 1]], "general": ["payment_id": "p1", "project_id": 1234],
        ]
        #expect(SampleCallback.read(query).reasons == ["request general:project_id"])
    }

    @Test(
        "a project id in general followed as in a callback is none",
        arguments: [SampleCallback.transaction, SampleCallback.token, SampleCallback.success])
    func callbacks(callback: JSONDraft) {
        let body = callback.with("project_id", nil).with("general.project_id", "1234")
        #expect(SampleCallback.read(body).reasons == [])
        for follower in ["attempts_timeout", "cascading_with_redirect", "is_cascading"] {
            let older = SampleCallback.transaction.with("operations", nil)
                .with("payment", ["id": "p", "status": "success"]).with("payment." + follower, 0)
            #expect(SampleCallback.read(older).reasons == [])
        }
    }

    @Test(
        "members that callbacks and requests both have do not decide: the line behind them does",
        arguments: [
            ("interface_type", ["id": 23, "user": ""]),
            ("mpi_result", ["mpi_operation_id": "0a1b", "authentication_flow": "02"]),
            ("merchant", ["data": "{\"items\":[\"a;b\"]}"]), ("my_own_field", "x"), ("lang", ["code": "km"]),
        ] as [(String, JSONDraft)])
    func sharedMembers(name: String, value: JSONDraft) {
        for callback in [base.with("general", ["project_id": 1234]), SampleCallback.transaction] {
            #expect(SampleCallback.read(callback.with(name, value)).reasons == [])
        }
        let older = SampleCallback.transaction.with("operations", nil).with(name, value)
        #expect(SampleCallback.read(older).reasons == [])
        for request in MerchantText.requests {
            let reading = SampleCallback.read(request.with(name, value))
            #expect(reading.reasons.contains { $0.hasPrefix("request ") })
        }
    }

    @Test(
        "behind a shared member, what only requests have decides, wherever it begins",
        arguments: [
            ("payment.amount", 100), ("payment.currency", "USD"), ("card.pan", "4111111111111111"),
            ("receipt_data", ["positions": [["quantity": "1"]]]), ("pares", "eJz"),
            ("general.merchant_callback_url", "https://shop.example/"), ("additional_data", ["a": "b"]),
        ] as [(String, JSONDraft)])
    func requestMembers(path: String, value: JSONDraft) {
        let callback = SampleCallback.transaction.with("mpi_result", ["authentication_flow": "02"])
        #expect(SampleCallback.read(callback.with(path, value)).reasons == ["request general:project_id"])
        let line = path.replacing(".", with: ":") + ":"
        let hidden = callback.with("terminal", ["name": .text("x;\(line)y")])
        #expect(SampleCallback.read(hidden).reasons == ["request general:project_id"])
        // Without a shared member the project's line is followed by the callback's own: no doubt.
        #expect(SampleCallback.read(SampleCallback.transaction.with(path, value)).reasons == [])
    }

    @Test("a semicolon in a member that is not a free text may be where a line of a request begins")
    func sharedWords() {
        for (path, value) in [
            ("interface_type.id", "5;payment:merchant_refund_id:x"), ("interface_type.user", "a;b"),
            ("mpi_result.authentication_flow", "02;"), ("my_own_field", "x;payment:merchant_refund_id:x"),
        ] {
            let body = SampleCallback.transaction.with(path, .text(value))
            #expect(SampleCallback.read(body).reasons.contains("request general:project_id"))
        }
        let text = SampleCallback.transaction.with("mpi_result.cardholder_info", "Call; see: x")
        #expect(SampleCallback.read(text).reasons == [])
    }

    @Test(
        "a token's callback with members between its project and its request is none, unless it names a payment"
    )
    func tokens() {
        let token = SampleCallback.token
        for member in ["redirect_data", "provider_extra_fields", "qr_code", "mpi_result"] {
            let body = token.with(member, ["url": "https://x.example/"])
            #expect(SampleCallback.read(body).reasons == [])
            #expect(
                SampleCallback.read(body.with("general.payment_id", "p1")).reasons == [
                    "request general:project_id"
                ])
        }
        #expect(SampleCallback.read(token.with("general.payment_id", "p1")).reasons == [])
        #expect(SampleCallback.read(token.with("recurring", ["currency": "USD", "id": 5])).reasons == [])
        #expect(
            SampleCallback.read(token.with("recurring", ["id": 5])).reasons == ["request general:project_id"])
    }

    @Test(
        "the rule does not look past what requests without an amount have there",
        arguments: [
            ("recurring", ["id": 5]), ("recurring_id", 5), ("request_id", "r"),
            ("return_url", ["success": "https://x.example/"]),
        ] as [(String, JSONDraft)])
    func decisive(name: String, value: JSONDraft) {
        let body = SampleCallback.redirectOnly.with("payment", nil).with("general.project_id", 1234)
            .with(name, value).with("transaction", ["id": 5])
        #expect(SampleCallback.read(body).reasons.contains("request general:project_id"))
    }

    @Test("a recurring change with its project in general is none")
    func recurring() {
        let change = SampleCallback.recurring.with("general", ["project_id": 1234])
        #expect(SampleCallback.read(change).reasons == [])
        #expect(SampleCallback.read(change.with("project_id", nil)).reasons == [])
    }

    @Test("the customer's project and directions are a request's, anywhere in the text")
    func signs() {
        let body = SampleCallback.success
        #expect(
            SampleCallback.read(body.with("customer.project_id", 1234)).reasons == [
                "request customer:project_id"
            ])
        #expect(SampleCallback.read(body.with("directions", ["a": 1])).reasons == ["request directions"])
        #expect(
            SampleCallback.read(body.with("account", ["x": "y;customer:project_id:0;directions:x:1"])).reasons
                == ["request customer:project_id", "request directions"])
        #expect(SampleCallback.read(body.with("direction", "x")).reasons == [])
    }
}
