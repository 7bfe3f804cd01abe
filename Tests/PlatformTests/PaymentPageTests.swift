// SPDX-License-Identifier: Apache-2.0
import Gate
import Platform
import TestSupport
import Testing
import WebClient

@Suite("Simulator: Payment Page")
struct PaymentPageTests {
    private func page(
        _ simulator: Simulator, force method: String? = "banks-cambodia", additional: [Parameter] = []
    ) throws -> PaymentPage {
        try PaymentPage(
            PaymentPageRequest(
                paymentID: "payment_47", money: Money(10000, "USD"), customerID: "customer_123",
                accountCustomerName: "John & Doe + %41 é", forcePaymentMethod: method,
                additional: additional),
            key: ProjectKey(projectID: 1234, secret: Simulator.secret))
    }

    private func path(_ page: PaymentPage, _ simulator: Simulator) throws -> String {
        String(page.url(try WebAddress(simulator.url + "/payment")).dropFirst(simulator.url.count))
    }

    @Test("the customer chooses a bank, pays, and sees the result; the callback follows")
    func pay() throws {
        let simulator = try Simulator()
        let success = Parameter("merchant_success_url", "https://example.com/success/")
        let link = try path(try page(simulator, additional: [success]), simulator)
        let checkout = try simulator.send(.get, link)
        let text = String(decoding: checkout.body, as: UTF8.self)
        #expect(
            checkout.status == 200 && text.contains("Payment of 100.00 USD") && text.contains("Wing Bank"))
        let action = try #require(text.firstMatch(of: /action="([^"]+)"/)).1
        let bank = try simulator.send(.post, String(action), "bank_id=61021")
        #expect(bank.status == 303)
        let bankPage = try #require(bank["location"])
        let paid = try simulator.send(.post, "\(bankPage)/pay")
        let result = try #require(paid["location"])
        #expect(result.hasSuffix("/result"))
        let page = String(decoding: try simulator.send(.get, result).body, as: UTF8.self)
        #expect(page.contains("Payment successful") && page.contains(#"href="https://example.com/success/""#))
        let callback = try simulator.callbacks(1)[0]
        #expect(
            callback["payment"]?["status"]?.text == "success"
                && callback["payment"]?["id"]?.text == "payment_47")
        #expect(callback["customer"]?["id"]?.text == "customer_123")
        // The link leads to the result from now on.
        #expect(try simulator.send(.get, link)["location"] == result)
    }

    @Test("without a forced method the customer chooses Banks of Cambodia first")
    func method() throws {
        let simulator = try Simulator()
        let link = try path(try page(simulator, force: nil), simulator)
        let methods = String(decoding: try simulator.send(.get, link).body, as: UTF8.self)
        #expect(methods.contains("Banks of Cambodia") && !methods.contains("Wing Bank"))
        let action = String(try #require(methods.firstMatch(of: /action="([^"]+)"/)).1)
        #expect(try simulator.send(.post, action, "method=card").status == 400)
        let chosen = try simulator.send(.post, action, "method=banks-cambodia")
        let banks = String(decoding: chosen.body, as: UTF8.self)
        #expect(chosen.status == 200 && banks.contains("Wing Bank"))
        let choice = String(try #require(banks.firstMatch(of: /action="([^"]+)"/)).1)
        #expect(try simulator.send(.post, choice, "bank_id=61021").status == 303)
        let stranger = "/payment/\(String(repeating: "0", count: 32))/method"
        #expect(try simulator.send(.post, stranger, "method=banks-cambodia").status == 404)
    }

    @Test("a form posts the same parameters; a changed parameter is refused")
    func form() throws {
        let simulator = try Simulator()
        let link = try path(try page(simulator), simulator)
        let query = String(link.split(separator: "?")[1])
        #expect(try simulator.send(.post, "/payment", query).status == 200)
        #expect(try simulator.send(.post, "/payment", query.replacing("10000", with: "100")).status == 403)
        #expect(try simulator.send(.get, link.replacing("10000", with: "100")).status == 403)
        #expect(try simulator.send(.get, "/payment").status == 403)
        #expect(try simulator.send(.post, "/payment", "a=%zz").status == 400)
    }

    @Test("the overview lists the payments, and no text of theirs is markup")
    func overview() throws {
        let simulator = try Simulator()
        _ = try simulator.client.purchase(Simulator.request("<script>"))
        let page = String(decoding: try simulator.send(.get, "/").body, as: UTF8.self)
        #expect(page.contains("&lt;script&gt;") && !page.contains("<script>"))
        #expect(try simulator.send(.get, "/nothing").status == 404)
    }
}
