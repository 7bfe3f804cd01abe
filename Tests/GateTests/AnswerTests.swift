// SPDX-License-Identifier: Apache-2.0
import Gate
import Payments
import TestSupport
import Testing

@Suite("Answers of Gate")
struct AnswerTests {
    private let money = Money(10000, "USD")

    private func banks(_ step: ScriptedServer.Step) throws -> Reply<BankList> {
        let server = try ScriptedServer { _, _ in step }
        let reply = try Purchase.client(server.url).banks(BankListRequest(paymentID: "p", money: money))
        #expect(server.requests.map(\.path) == ["/v2/info/banks/banks/cambodia/sale/list"])
        return reply
    }

    @Test("every field of the provider's example of a bank is read, and unknown members are kept")
    func bank() throws {
        let reply = try banks(
            .json(
                """
                [ { "minAmount": 100, "maxAmount": 1000, "limitCurrency": "USD", "id": 123, "abbr": "EXB",
                "name": "Example Bank", "nativeName": "Native Bank", "logo": {"url": "x"}, "currencies": [ { "id": 124,
                "alpha_3_4217": "USD", "number_3_4217": "840", "currency_type": "fiat", "exponent": 2, "new": null } ] },
                {"id": "61021", "name": "Wing Bank"} ]
                """))
        guard case .content(let list) = reply else { return #expect(Bool(false), "\(reply)") }
        let bank = try #require(list.banks.first)
        #expect(bank.id == 123 && bank.name == "Example Bank" && bank.nativeName == "Native Bank")
        #expect(bank.leastAmount == 100 && bank.greatestAmount == 1000 && bank.limitCurrency == "USD")
        #expect(bank.abbreviation == "EXB")
        #expect(bank.unknown == [.init("logo", .object([.init("url", .string("x"))]))])
        let currency = try #require(bank.currencies.first)
        #expect(currency.id == 124 && currency.alphabeticCode == "USD" && currency.numericCode == "840")
        #expect(currency.type == "fiat" && currency.exponent == 2)
        #expect(currency.unknown == [.init("new", .null)])
        #expect(list.banks[1].id == 61021 && list.banks[1].currencies.isEmpty)
    }

    @Test(
        "an error is read with its code, message and details, in each of the platform's shapes",
        arguments: [
            #"{"status":"error","code":"2004","message":"Required field not provided","request_id":"r-1"}"#,
            #"{"code":2004,"message":"Required field not provided","errors":[]}"#,
            #"{"errors":[{"code":2004,"message":"Required field not provided","field":"payment.amount"}]}"#,
        ])
    func refusal(body: String) throws {
        for status in [200, 400, 422] {
            guard case .refused(let refusal) = try banks(.json(body, status: status)) else {
                #expect(Bool(false), "\(body)")
                continue
            }
            #expect(refusal.code == "2004")
            #expect(refusal.message == "Required field not provided")
            #expect("\(refusal)" == "2004 Required field not provided")
        }
    }

    @Test(
        "what is not an answer of the platform is unreadable",
        arguments: [
            ScriptedServer.Step.json("<html>", status: 404), .json("{}", status: 200),
            .json(#"{"detail":"x"}"#, status: 403),
            .json(#"{"status":"error","code":"1"}"#, status: 500), .json("[]", status: 302),
            .json("", status: 200),
            .json(#"[{"id":1}]"#), .json(#"[{"name":"x"}]"#), .json(#"[],"x":1"#), .json(#"{"a":1,"a":2}"#),
        ])
    func unreadable(step: ScriptedServer.Step) throws {
        let reply = try banks(step)
        guard case .unreadable = reply else { return #expect(Bool(false), "\(reply)") }
    }

    @Test(
        "an answer that limits requests has its error, and the time to wait where it is given in seconds",
        arguments: [
            (429, "", nil), (429, "Retry-After: 7\r\n", .seconds(7)),
            (429, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", nil),
            (503, "Retry-After: 120\r\n", .seconds(120)), (429, "Retry-After: -1\r\n", nil),
        ] as [(Int, String, Duration?)])
    func limited(status: Int, fields: String, time: Duration?) throws {
        let reply = try banks(
            .json(#"{"status":"error","code":"1","message":"Slow down"}"#, status: status, fields: fields))
        guard case .limited(let refusal, let retryAfter) = reply else {
            return #expect(Bool(false), "\(reply)")
        }
        #expect(refusal?.message == "Slow down" && retryAfter == time)
        guard case .unreadable = try banks(.json("", status: 503)) else { return #expect(Bool(false)) }
    }

    @Test("a payment's status is read with its operations and its class")
    func status() throws {
        let server = try ScriptedServer { _, _ in
            .json(
                """
                {"project_id":1234,"payment":{"id":"Payment_47","status":"success","date":"2024-12-07T19:08:45+0000",
                "method":"Banks Cambodia","sum":{"amount":10000,"currency":"USD"}},"operations":[{"id":47,"type":"sale",
                "status":"success","date":"2024-12-07T19:08:45+0000","code":"0","message":"Success","request_id":"r"}]}
                """)
        }
        let client = try Purchase.client(server.url)
        guard case .content(let status) = try client.status(StatusRequest(paymentID: "payment_47")) else {
            return #expect(Bool(false))
        }
        #expect(status.status == "success" && status.statusClass == .final && status.money == money)
        #expect(status.operations.map(\.id) == [47] && status.operations.first?.requestID == "r")
        // The answer is about another payment.
        guard case .unreadable = try client.status(StatusRequest(paymentID: "payment_48")) else {
            return #expect(Bool(false))
        }
    }
}
