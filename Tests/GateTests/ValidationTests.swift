// SPDX-License-Identifier: Apache-2.0
import Gate
import Testing

@Suite("Validation of requests")
struct ValidationTests {
    private func problems(_ change: (inout PurchaseRequest) -> Void) -> [String] {
        var request = Purchase.request()
        change(&request)
        do {
            _ = try request.parameters(project: 1234, semicolons: .refuse)
            return []
        } catch {
            return error.problems.map(\.parameter)
        }
    }

    @Test("the provider's example is valid")
    func valid() { #expect(problems { _ in } == []) }

    @Test("each parameter that is wrong is named, all of them together")
    func named() {
        #expect(
            problems { request in
                request.paymentID = ""
                request.money = Money(0, "usd")
                request.customer = .init(id: " x", ipAddress: "300.1.1.1", email: "nobody")
                request.account = .init(bankID: 0, customerName: "a\nb")
                request.returnURL = .init(
                    success: "example.com", decline: "https://a b", return: "javascript:x")
            } == [
                "general.payment_id", "customer.id", "customer.ip_address", "customer.email",
                "account.bank_id",
                "account.customer_name", "payment.currency", "payment.amount", "return_url.success",
                "return_url.decline", "return_url.return",
            ])
    }

    @Test("a project is a number above 0")
    func project() {
        #expect(throws: InvalidRequest.self) {
            try Purchase.request().parameters(project: 0, semicolons: .refuse)
        }
    }

    @Test(
        "e-mail addresses",
        arguments: [
            ("johndoe@example.com", true), ("a+b@mail.example.co.uk", true),
            ("j\u{F6}@ex\u{E4}mple.com", true),
            ("a@b", false), ("a@@b.c", false), ("a b@c.d", false), ("@c.d", false), ("a@.d", false),
            ("a@-b.c", false), ("a@b.c;d:e", false), ("\"a\"@b.c", false),
        ])
    func email(text: String, isValid: Bool) {
        #expect(problems { $0.customer.email = text } == (isValid ? [] : ["customer.email"]))
    }

    @Test(
        "IP addresses of both families",
        arguments: [
            ("198.51.100.47", true), ("2001:db8::1", true), ("::ffff:1.2.3.4", true), ("1.2.3", false),
            ("example.com", false), ("", false), ("1.2.3.4 ", false),
        ])
    func address(text: String, isValid: Bool) {
        #expect(problems { $0.customer.ipAddress = text } == (isValid ? [] : ["customer.ip_address"]))
    }

    @Test(
        "currencies",
        arguments: [
            ("USD", true), ("KHR", true), ("JPY", true), ("KWD", true), ("USDT:TRC20", true), ("usd", false),
            ("USX", false), ("US", false), ("", false), ("EURO-X", false),
        ])
    func currency(code: String, isValid: Bool) {
        #expect(problems { $0.money = Money(1, code) } == (isValid ? [] : ["payment.currency"]))
    }

    @Test("an amount is a whole number in the unit of the currency, and the error says which")
    func amount() throws {
        #expect(try Money(amount: "10000", currency: "USD").text == "100.00 USD")
        #expect(try Money(amount: "5", currency: "USD").text == "0.05 USD")
        #expect(try Money(amount: "1500", currency: "JPY").text == "1500 JPY")
        #expect(try Money(amount: "1500", currency: "BHD").text == "1.500 BHD")
        for text in ["100.00", "1,000", "", "+5", "007", "1e3", "99999999999999999999"] {
            #expect(throws: Money.Malformed.self, "\(text)") { try Money(amount: text, currency: "USD") }
        }
        let error = #expect(throws: Money.Malformed.self) { try Money(amount: "1.5", currency: "JPY") }
        #expect(error?.description.contains("JPY has no minor ones") == true)
        #expect(problems { $0.money.amount = 10_000_000_000_001 } == ["payment.amount"])
    }

    @Test("a bank is required for Banks of Cambodia and not for another method")
    func bank() {
        #expect(problems { $0.account.bankID = nil } == ["account.bank_id"])
        #expect(
            problems {
                $0.method = "other"
                $0.account.bankID = nil
            } == [])
    }

    @Test("further parameters are passed through, and cannot replace a parameter or the signature")
    func additional() throws {
        let birthplace = Parameter("customer.birthplace", "Phnom Penh")
        let positions = Parameter(
            "receipt_data.positions", .array([.object([.init("quantity", .integer(2))])]))
        let body = try Purchase.request(additional: [birthplace, positions])
            .parameters(project: 1234, semicolons: .refuse)
        #expect(body["customer"]?["birthplace"] == .string("Phnom Penh"))
        #expect(body["customer"]?["id"] == .string("customer_123"))
        #expect(
            String(decoding: body.encoded, as: UTF8.self).hasSuffix(
                #""receipt_data":{"positions":[{"quantity":2}]}}"#))
        for path: ParameterPath in ["payment.amount", "general.signature", "customer.id.x", "general"] {
            #expect(problems { $0.additional = [.init(path, "1")] } == ["\(path)"])
        }
        for text in ["a..b", "a;operation:id", "", ".a", "a.", "a b"] { #expect(ParameterPath(text) == nil) }
    }

    @Test("a name in the path has no slash")
    func path() {
        var request = Purchase.request()
        request.method = "../x"
        #expect(throws: InvalidRequest.self) { try request.path() }
    }
}
