// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gate
import Payments
import TestSupport
import Testing
import WebClient

@Suite("Payment Page")
struct PaymentPageTests {
    private let address: WebAddress

    init() throws { address = try WebAddress("https://pay.example/payment") }

    @Test("the JSON is the argument of EPayWidget.run and verifies")
    func json() throws {
        let page = try PaymentPage(Purchase.pageRequest(), key: Purchase.key)
        let text = String(decoding: page.json, as: UTF8.self)
        #expect(
            text
                == #"{"project_id":1234,"payment_id":"payment_47","customer_id":"customer_123","#
                + #""customer_email":"johndoe@example.com","account_customer_name":"John Doe","payment_amount":10000,"#
                + #""payment_currency":"USD","force_payment_method":"banks-cambodia","#
                + #""signature":"\#(page.parameters.signature)"}"#)
        var verifier = SignatureVerifier()
        let json = page.json
        #expect(
            try verifier.verify(json.span.bytes, secret: Array("secret of project 1234".utf8)).rule
                == .natural)
    }

    @Test("the URL contains each parameter, percent-encoded")
    func url() throws {
        let request = Purchase.pageRequest(additional: [
            .init("payment_description", "B&W = 100% \u{E9}"), .init("close_on_missclick", .bool(true)),
        ])
        let page = try PaymentPage(request, key: Purchase.key)
        let components = try #require(URLComponents(string: page.url(address)))
        let items = Dictionary(
            uniqueKeysWithValues: try #require(components.queryItems).map { ($0.name, $0.value) })
        #expect(components.path == "/payment")
        #expect(items["payment_description"] == "B&W = 100% \u{E9}")
        #expect(items["close_on_missclick"] == "1")
        #expect(items["payment_amount"] == "10000")
        #expect(items["signature"] == page.parameters.signature)
        #expect(items.count == 11)
        #expect(
            page.url(try WebAddress("https://pay.example/?lang=en")).hasPrefix(
                "https://pay.example/?lang=en&"))
    }

    @Test(
        "the HTML page is a form with every parameter; it loads nothing, runs nothing, and no value ends an attribute"
    )
    func html() throws {
        let request = Purchase.pageRequest(additional: [
            .init("payment_description", #""><script>x</script>'&"#)
        ])
        let html = try PaymentPage(request, key: Purchase.key).html(address)
        #expect(html.contains(#"<form method="post" action="https://pay.example/payment">"#))
        #expect(html.contains(#"value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;&#39;&amp;""#))
        #expect(html.contains("<h1>Payment of 100.00 USD</h1>"))
        #expect(html.split(separator: "type=\"hidden\"").count == 11)
        for word in ["<script", "src=", "<link", "<img", "url("] { #expect(!html.contains(word), "\(word)") }
        #expect(html.contains("default-src &#39;none&#39;"))
    }

    @Test("the widget page runs EPayWidget with a script of the page's origin, and no value ends the script")
    func widget() throws {
        let request = Purchase.pageRequest(additional: [
            .init("payment_description", "</script><script>x \u{2028}")
        ])
        let html = try PaymentPage(request, key: Purchase.key).widget(address)
        #expect(html.contains(#"<script src="https://pay.example/shared/merchant.js"></script>"#))
        #expect(html.contains(#"EPayWidget.run({"project_id":1234,"#))
        #expect(html.contains(#"\u003c/script\u003e\u003cscript\u003ex \u2028"#))
        #expect(html.split(separator: "</script>").count == 3)
    }

    @Test("nested parameters and an amount of nothing are refused; card verification may ask for nothing")
    func limits() throws {
        for value: JSONValue in [.null, .array([]), .object([])] {
            let request = Purchase.pageRequest(additional: [.init("booking_info", value)])
            #expect(throws: InvalidRequest.self) { try PaymentPage(request, key: Purchase.key) }
        }
        var request = Purchase.pageRequest()
        request.money.amount = 0
        #expect(throws: InvalidRequest.self) { try PaymentPage(request, key: Purchase.key) }
        request.additional = [.init("mode", "card_verify")]
        _ = try PaymentPage(request, key: Purchase.key)
    }
}
