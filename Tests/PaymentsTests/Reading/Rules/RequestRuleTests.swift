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
            ("general.terminal_id", 5), ("interface_type", 5), ("merchant", ["id": 5]), ("mode_x", 1),
            ("payment.amount", 5), ("payment.currency", "USD"), ("payment.best_before", "x"),
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
