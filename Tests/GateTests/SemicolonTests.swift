// SPDX-License-Identifier: Apache-2.0
import Gate
import Payments
import Testing

/// A customer who chooses a name with `;` in it gets a signature that fits another body.
@Suite("Semicolons")
struct SemicolonTests {
    /// A name that makes the signed text of a link the signed text of a callback, with the rest of the link
    /// in `zz`.
    private let forgery =
        "Bob;operation:code:0;operation:id:47;operation:status:success;payment:id:payment_47;"
        + "payment:status:success;project_id:1234;zz:x"

    @Test("a semicolon in a value is refused, with an explanation and the parameter's name")
    func refused() {
        var page = Purchase.pageRequest()
        page.accountCustomerName = forgery
        let error = #expect(throws: InvalidRequest.self) { try PaymentPage(page, key: Purchase.key) }
        #expect(error?.problems.map(\.parameter) == ["account_customer_name"])
        #expect(error?.description.contains("forged") == true)
        #expect(error?.description.contains("Bob") == false)

        var gate = Purchase.request()
        gate.account.customerName = forgery
        #expect(throws: InvalidRequest.self) { try gate.parameters(project: 1234, semicolons: .refuse) }
    }

    @Test("a semicolon in a value that is passed through, at any depth, and in a key is refused")
    func additional() {
        let values: [JSONValue] = [
            .string("a;b"), .array([.string("a;b")]), .object([.init("x", .string("a;b"))]),
            .object([.init("x;operation:id", .string("1"))]),
        ]
        for value in values {
            let request = Purchase.request(additional: [.init("customer.more", value)])
            #expect(throws: InvalidRequest.self) {
                try request.parameters(project: 1234, semicolons: .refuse)
            }
        }
    }

    @Test("a URL may contain a semicolon where the parameter is one; a name that looks like a URL may not")
    func url() throws {
        var request = Purchase.request()
        request.returnURL.success = "https://example.com/a;b=1"
        _ = try request.parameters(project: 1234, semicolons: .refuse)
        request.account.customerName = "https://example.com/;operation:id:47"
        #expect(throws: InvalidRequest.self) { try request.parameters(project: 1234, semicolons: .refuse) }
        let page = Purchase.pageRequest(additional: [.init("merchant_success_url", "not a url;x")])
        #expect(throws: InvalidRequest.self) { try PaymentPage(page, key: Purchase.key) }
    }

    @Test("where the setting allows it each semicolon becomes a comma, and the signature fits nothing else")
    func replaced() throws {
        var request = Purchase.pageRequest()
        request.accountCustomerName = forgery
        let page = try PaymentPage(request, key: Purchase.key, semicolons: .replace)
        #expect(!page.parameters.signedText.contains(";operation:"))
        let json = try JSONValue(parsing: page.json)
        #expect(json["account_customer_name"]?.text == String(forgery.map { $0 == ";" ? "," : $0 }))
    }
}
