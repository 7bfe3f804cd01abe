// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Shapes rule")
struct ShapesRuleTests {
    private let base = SampleCallback.success

    @Test(
        "members of two shapes are named",
        arguments: [
            ("transaction", ["id": 5]), ("operations", [["id": 5]]), ("sum_real", ["amount": 1]),
            ("sum_request", ["amount": 1]), ("sum_real", "5"), ("request", ["id": "5"]),
            ("request", ["new": "5"]),
            ("redirectData", ["url": "https://x.example/"]),
        ] as [(String, JSONDraft)])
    func twoShapes(name: String, value: JSONDraft) {
        let reading = SampleCallback.read(base.with(name, value))
        #expect(reading.kind == "ambiguous")
        #expect(reading.reasons.contains("shapes operation"))
    }

    @Test("a token beside a payment is named")
    func token() {
        #expect(
            SampleCallback.read(SampleCallback.token.with("payment", ["id": "5"])).reasons == ["shapes token"]
        )
        #expect(SampleCallback.read(base.with("token", "t")).reasons.contains("shapes token"))
        #expect(SampleCallback.read(base.with("account", ["token": "t"])).reasons == [])
    }

    @Test("two things to show the customer are named, while they are reported")
    func actions() {
        let waiting = SampleCallback.redirect
        for (name, value) in [
            ("acs", ["md": "1"]), ("qr_code", "x"), ("display_data", [["data": "x"]]),
            ("threeds2", ["a": "b"]),
            ("clarification_fields", ["a": "b"]),
        ] as [(String, JSONDraft)] {
            let both = waiting.with(name, value)
            #expect(SampleCallback.read(both).reasons.first?.hasPrefix("shapes ") == true)
            #expect(SampleCallback.read(both.with("operation.status", "success")).reasons == [])
            #expect(SampleCallback.read(waiting.with(name, [])).reasons == [])
        }
        #expect(SampleCallback.read(waiting.with("return_url", "https://x.example/")).reasons == [])
    }

    @Test("errors beside a successful operation are named")
    func errors() {
        let errors: JSONDraft = [["code": 5, "message": "x"]]
        #expect(SampleCallback.read(base.with("errors", errors)).reasons == ["shapes errors"])
        #expect(SampleCallback.read(base.with("errors", "x")).reasons == ["shapes errors"])
        #expect(SampleCallback.read(base.with("errors", [["code": nil]])).reasons == [])
        #expect(
            SampleCallback.read(base.with("errors", errors).with("operation.status", "decline")).reasons == []
        )
        #expect(
            SampleCallback.read(SampleCallback.transaction.with("errors", errors)).reasons == [
                "shapes errors"
            ])
    }

    @Test("two entries with the transaction's id are named")
    func entries() {
        let entries: JSONDraft = [["id": 3_157_000_013_487], ["id": "3157000013487"]]
        #expect(
            SampleCallback.read(SampleCallback.transaction.with("operations", entries)).reasons
                == ["shapes operations:*:id"])
    }

    @Test("empty members are not a shape")
    func empty() {
        let body = base.with("transaction", [:]).with("token", "").with("request", ["id": nil])
            .with("sum_real", ["amount": ""]).with("redirectData", ["body": [], "url": ""])
        #expect(SampleCallback.read(body).reasons == [])
    }
}
