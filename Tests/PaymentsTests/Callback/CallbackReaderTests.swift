// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("CallbackReader")
struct CallbackReaderTests {
    private func reported(_ draft: JSONDraft, _ rule: SignatureRule = .natural) throws -> Reported {
        let reading = SampleCallback.read(draft, rule: rule)
        return try #require(Reported(reading), "\(reading.kind): \(reading.reasons)")
    }

    @Test("the provider's own two callbacks are read field by field", arguments: ["success", "decline"])
    func seed(name: String) throws {
        let reading = SampleCallback.read(try TestData.bytes("seed/\(name).json"))
        let reported = try #require(Reported(reading))
        let isSuccess = name == "success"
        #expect(
            reported.facts == [
                "shape=operation", "project=1234", "payment.id=payment_47", "payment.type=purchase",
                "payment.method=Banks Cambodia", "payment.status=\(name)", "payment.sum=10000 USD",
                "customer.id=customer_123", "operation.id=47", "operation.date=1733598525000",
                "operation.type=sale", "operation.status=\(name)", "operation.request_id=1a23456bc7890de",
                isSuccess ? "operation.code=0" : "operation.code=20000",
                isSuccess ? "operation.message=Success" : "operation.message=General decline",
                "operation.created=1733598485000", "operation.sum_initial=10000 USD",
                "operation.sum_converted=10000 USD", "operation.provider.id=12345",
                "operation.provider.payment_id=123abc123-123",
            ])
    }

    @Test("every rule of signing reads an ordinary callback alike", arguments: SignatureRule.allCases)
    func rules(rule: SignatureRule) throws {
        #expect(try reported(SampleCallback.redirect, rule) == reported(SampleCallback.redirect))
        #expect(try reported(SampleCallback.transaction, rule) == reported(SampleCallback.transaction))
    }

    @Test("an action is read with its lines while the operation is not final")
    func action() throws {
        let reported = try reported(
            SampleCallback.redirect.with("redirect_data.method", "POST").with(
                "redirect_data.body", ["PaReq": "eJx:Vq", "MD": "1:2", "TermUrl": "https://x.example/?a=b"]))
        #expect(reported["action.kind"] == "redirect")
        #expect(reported["action.method"] == "POST")
        #expect(reported["action.url"] == "https://example.com/redirect?a=1&b=2")
        #expect(reported["action.body:PaReq"] == "eJx:Vq")
        #expect(reported["action.body:MD"] == "1:2")
        #expect(reported["action.body:TermUrl"] == "https://x.example/?a=b")
    }

    @Test("an action beside a final operation is not reported")
    func finalAction() throws {
        let reported = try reported(SampleCallback.redirect.with("operation.status", "success"))
        #expect(reported["action.kind"] == nil)
    }

    @Test("an action of empty values is none")
    func emptyAction() throws {
        let reported = try reported(
            SampleCallback.success.with("operation.status", "processing").with("return_url", nil)
                .with("return_url", .null).with("qr_code", "").with("display_data", []))
        #expect(reported["action.kind"] == nil)
    }

    @Test("return_url and provider_extra_fields beside another action are not reported")
    func companions() throws {
        let reported = try reported(
            SampleCallback.redirect.with("return_url", "https://shop.example/back")
                .with("provider_extra_fields", ["a": "b"]))
        #expect(reported["action.kind"] == "redirect")
        #expect(reported.facts.contains { $0.contains("shop.example") } == false)
        let alone = try self.reported(
            SampleCallback.redirect.with("redirect_data", nil).with("return_url", "https://shop.example/back")
                .with("provider_extra_fields", ["a": "b"]))
        #expect(alone["action.kind"] == "returnURL")
        #expect(alone["action."] == "https://shop.example/back")
    }

    @Test("the older format's operation is its transaction and the entry with that id")
    func transaction() throws {
        let reported = try reported(SampleCallback.transaction)
        #expect(
            reported.facts == [
                "shape=transaction", "project=1234", "payment.id=payment_47", "payment.method=card",
                "payment.status=success", "customer.id=customer_123", "operation.id=3157000013487",
                "operation.date=1733598525000", "operation.type=sale", "operation.status=success",
                "operation.request_id=1a23456bc7890de-1", "operation.code=0", "operation.message=Success",
                "operation.created=1733598485000", "operation.sum_initial=10000 USD",
                "operation.sum_converted=9200 EUR", "operation.provider.id=7",
                "operation.provider.payment_id=p-7", "operation.provider.auth_code=563253",
            ])
    }

    @Test("without an entry the older format reports by root and payment")
    func transactionAlone() throws {
        let reported = try reported(
            SampleCallback.transaction.with("operations", nil).with("payment.result_code", "20105")
                .with("payment.result_message", "Insufficient funds").with("payment.status", "decline"))
        #expect(reported["operation.status"] == "decline")
        #expect(reported["operation.code"] == "20105")
        #expect(reported["operation.message"] == "Insufficient funds")
        #expect(reported["operation.request_id"] == "1a23456bc7890de-0")
    }

    @Test("the shapes without an operation are read")
    func others() throws {
        let token = try reported(SampleCallback.token)
        #expect(token["shape"] == "token")
        #expect(token["token.token"] == "eyJ0b2tlbiI6IjQ3In0")
        #expect(token["token.status"] == "active")
        #expect(token["request.status"] == "success")
        let recurring = try reported(SampleCallback.recurring)
        #expect(recurring["shape"] == "recurring")
        #expect(recurring["recurring.id"] == "321")
        #expect(recurring["recurring.exp_year"] == "2025")
        let redirect = try reported(SampleCallback.redirectOnly)
        #expect(redirect["shape"] == "redirect")
        #expect(redirect["action.url"] == "https://bank.example/pay")
        let errors = try reported(SampleCallback.errors)
        #expect(errors["shape"] == "errors")
        #expect(errors["errors.0:code"] == "2014")
        #expect(errors["errors.0:field"] == "payment.amount")
        #expect(errors["errors.1:message"] == "Not found")
    }

    @Test("what only the JSON reports is not read")
    func textOnly() throws {
        let plain = try reported(SampleCallback.success)
        // The same lines, by a key that vanishes, a string that was an object, an id that was a number.
        var moved = SampleCallback.success.with("payment", nil)
        moved[""] = ["payment": SampleCallback.success["payment"] ?? nil]
        #expect(try reported(moved) == plain)
        #expect(try reported(SampleCallback.success.with("operation.id", "47")) == plain)
        #expect(try reported(SampleCallback.success.with("customer", "id:customer_123")) == plain)
        #expect(try reported(SampleCallback.success.with("frame_mode", ["operation": ["id": 9]])) == plain)
        #expect(try reported(SampleCallback.success.with("redirect_data", ["body": [:]])) == plain)
    }

    @Test("an unknown member never blocks, at the root or deeper")
    func unknownMembers() throws {
        let draft = SampleCallback.success.with("uuid", "1-2").with("payment.merchant_refund_id", "r1")
            .with("operation.new", ["deep": [1, 2]]).with("avs_result", "Y").with("account", ["token": "t"])
            .with("recurring", ["id": 1, "currency": "USD"]).with("sum_refund", ["amount": 1])
        #expect(try reported(draft) == reported(SampleCallback.success))
    }

    @Test(
        "a shape that is not whole is unknown, with the first thing it lacks",
        arguments: [
            ("operation.id", "incomplete operation:id"), ("operation.status", "incomplete operation:status"),
            ("payment.id", "incomplete payment:id"), ("operation.date", "incomplete operation:date"),
            ("operation", "incomplete operation:id"),
        ])
    func incomplete(path: String, reason: String) {
        let reading = SampleCallback.read(SampleCallback.success.with(path, nil))
        #expect(reading.kind == "unknown shape")
        #expect(reading.reasons == [reason])
    }

    @Test("a date or id that cannot be one makes the shape unknown")
    func unreadableDate() {
        let date = SampleCallback.read(SampleCallback.success.with("operation.date", "yesterday"))
        #expect(date.kind == "unknown shape")
        #expect(date.reasons == ["date operation:date"])
        let id = SampleCallback.read(
            SampleCallback.success.with("operation.id", .number("9223372036854775808123")))
        #expect(id.kind == "ambiguous")  // printed as 9.2233720368548E+21, which is not a number
        let text = SampleCallback.read(SampleCallback.success.with("operation.id", "9223372036854775808"))
        #expect(text.kind == "unknown shape")
        #expect(text.reasons == ["identifier operation:id"])
        #expect(
            Reported(
                SampleCallback.read(SampleCallback.success.with("operation.id", "9223372036854775807")))?[
                    "operation.id"] == "9223372036854775807")
    }

    @Test("half a sum is not money")
    func halfSum() throws {
        #expect(try reported(SampleCallback.success.with("payment.sum.currency", nil))["payment.sum"] == nil)
        #expect(try reported(SampleCallback.success.with("payment.sum", nil))["payment.sum"] == nil)
    }

    @Test("a body that is not a JSON object is unreadable, and leaves no lines behind")
    func unreadable() {
        var reader = CallbackReader()
        _ = reader.read(SampleCallback.success.body.span.bytes, rule: .natural, projectID: 1234)
        let reading = reader.read([UInt8]("[]".utf8).span.bytes, rule: .natural, projectID: 1234)
        #expect(reading.kind == "unreadable")
        #expect(reader.lines.lines.isEmpty)
    }

    @Test("without a known project the body's is taken, and without any there is no event")
    func unknownProject() {
        #expect(SampleCallback.read(SampleCallback.success, project: nil).kind == "clear")
        let none = SampleCallback.read(SampleCallback.success.with("project_id", nil), project: nil)
        #expect(none.reasons == ["incomplete project_id"])
    }
}
