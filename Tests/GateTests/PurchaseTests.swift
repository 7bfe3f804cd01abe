// SPDX-License-Identifier: Apache-2.0
import Gate
import TestSupport
import Testing
import WebClient

/// A purchase against servers that answer late, cut the connection, repeat and fail: never two purchases.
@Suite("Purchases")
struct PurchaseTests {
    private static let accepted =
        #"{"status":"success","request_id":"r-1","project_id":1234,"payment_id":"payment_47"}"#
    private static let notFound = #"{"status":"error","code":"3061","message":"Transaction not found"}"#
    private static let duplicate = #"{"status":"error","code":"3041","message":"Payment ID already exists"}"#

    private static func payment(_ status: String, amount: Int = 10000) -> String {
        #"{"payment":{"id":"payment_47","status":"\#(status)","sum":{"amount":\#(amount),"currency":"USD"}},"#
            + #""operations":[{"id":47,"request_id":"r-9","status":"\#(status)"}]}"#
    }

    /// A server that answers purchases by a script and status requests in turn.
    private func server(
        status answers: [ScriptedServer.Step] = [.json(notFound, status: 404)],
        purchase: @escaping @Sendable (Int) -> ScriptedServer.Step
    ) throws -> ScriptedServer {
        let counter = Counter()
        return try ScriptedServer { request, _ in
            if request.path == "/v2/payment/status" {
                return answers[min(counter.next("status"), answers.count - 1)]
            }
            return purchase(counter.next("purchase"))
        }
    }

    private func purchases(_ server: ScriptedServer) -> Int {
        server.requests.count { $0.path.hasSuffix("/sale") }
    }

    private func statusRequests(_ server: ScriptedServer) -> Int {
        server.requests.count { $0.path == "/v2/payment/status" }
    }

    @Test("an acknowledged purchase is accepted")
    func acknowledged() throws {
        let server = try server { _ in .json(Self.accepted) }
        let outcome = try Purchase.client(server.url).purchase(Purchase.request())
        #expect(outcome == .accepted(requestID: "r-1", status: nil))
        #expect(purchases(server) == 1 && statusRequests(server) == 0)
    }

    @Test(
        "a refused purchase carries code and message; a payment id that is taken is a refusal",
        arguments: [200, 400])
    func refused(status: Int) throws {
        let server = try server { _ in .json(Self.duplicate, status: status) }
        guard case .refused(let refusal) = try Purchase.client(server.url).purchase(Purchase.request()) else {
            return #expect(Bool(false))
        }
        #expect(refusal.isDuplicatePayment && refusal.message == "Payment ID already exists")
        #expect(purchases(server) == 1 && statusRequests(server) == 0)
    }

    @Test("an answer that is cut after any of its bytes is asked about, and the purchase is sent once")
    func cut() throws {
        let answer = ScriptedServer.answer(Self.accepted)
        for count in stride(from: 0, to: answer.count, by: 1) {
            let server = try server(status: [.json(Self.payment("processing"))]) { _ in
                count % 2 == 0 ? .answer(Array(answer[..<count])) : .reset(Array(answer[..<count]))
            }
            let outcome = try Purchase.client(server.url).purchase(Purchase.request())
            guard case .accepted(let id, .some(let status)) = outcome else {
                #expect(Bool(false), "\(count) bytes: \(outcome)")
                continue
            }
            #expect(id == "r-9" && status.status == "processing")
            #expect(purchases(server) == 1 && statusRequests(server) == 1, "\(count) bytes")
        }
    }

    @Test(
        "5xx, a redirect, a proxy's page and an answer about another payment leave the outcome unknown",
        arguments: [
            ScriptedServer.Step.json(accepted, status: 500), .json("", status: 502),
            .json(notFound, status: 503), .json("", status: 429, fields: "Retry-After: 1\r\n"),
            .json("", status: 503, fields: "Retry-After: 1\r\n"),
            .json("", status: 302, fields: "Location: /v2/payment/banks/cambodia/sale\r\n"),
            .json("<html>", status: 403), .json("{}"), .json(#"{"status":"success","payment_id":"other"}"#),
            .json(#"{"status":"success","payment_id":"payment_47","project_id":9}"#), .flood([0x20]),
        ])
    func unknown(step: ScriptedServer.Step) throws {
        let server = try server { _ in step }
        let time = TestTime()
        let outcome = try Purchase.client(server.url, time: time).purchase(Purchase.request())
        #expect(outcome.name == "unknown", "\(outcome)")
        #expect(purchases(server) == 1)
        // First after 10 s, then until 60 s have passed; "not found" proves nothing.
        #expect(time.pauses == Array(repeating: .seconds(10), count: 6))
        #expect(statusRequests(server) == 6)
    }

    @Test("a server that takes the purchase and answers too late is asked about")
    func late() throws {
        let server = try server(status: [.json(Self.notFound), .json(Self.payment("success"))]) { _ in
            .silence
        }
        let client = try Purchase.client(
            server.url, connection: .init(connectTimeout: .seconds(60), timeout: .seconds(5)))
        guard case .accepted(_, .some(let status)) = try client.purchase(Purchase.request()) else {
            return #expect(Bool(false))
        }
        #expect(status.status == "success")
        #expect(purchases(server) == 1 && statusRequests(server) == 2)
    }

    @Test(
        "two purchases in one process: the connection of the second dies, and it arrived exactly once",
        arguments: [true, false])
    func second(isReset: Bool) throws {
        let server = try server { number in
            number == 0
                ? .answerAndKeep(ScriptedServer.answer(Self.accepted)) : isReset ? .reset([]) : .answer([])
        }
        let client = try Purchase.client(server.url)
        #expect(try client.purchase(Purchase.request()).name == "accepted")
        #expect(try client.purchase(Purchase.request(paymentID: "payment_48")).name == "unknown")
        #expect(server.requests.count { $0.text.contains("payment_48") && $0.path.hasSuffix("/sale") } == 1)
        #expect(purchases(server) == 2)
    }

    @Test(
        "a purchase that provably did not arrive is sent again with the same payment id, three times in all")
    func notSent() throws {
        let time = TestTime()
        let client = try Purchase.client("http://127.0.0.1:\(try freePort())", time: time)
        var steps: [GateClient.Progress] = []
        let outcome = try client.purchase(Purchase.request()) { steps.append($0) }
        #expect(outcome.name == "not-sent")
        #expect(time.pauses == [.seconds(1), .seconds(1)])
        #expect(steps.filter { if case .sending = $0 { true } else { false } }.count == 3)
    }

    @Test("a payment id that is taken, after an attempt of ours that failed, is asked about")
    func duplicateAfterRepeat() throws {
        var flow = PurchaseFlow(money: Money(10000, "USD"), pacing: .init())
        guard case .send = flow.event(.notSent("refused"), at: .zero) else { return #expect(Bool(false)) }
        let refusal = try #require(PlatformRefusal(try JSONValue(parsing: Array(Self.duplicate.utf8))))
        guard case .askStatus(.seconds(10)) = flow.event(.refused(refusal), at: .seconds(1)) else {
            return #expect(Bool(false))
        }
        let status = try #require(PaymentStatus(try JSONValue(parsing: Array(Self.payment("success").utf8))))
        guard case .end(.accepted(_, .some)) = flow.event(.found(status), at: .seconds(11)) else {
            return #expect(Bool(false))
        }
    }

    @Test("a server that has the payment id at our second attempt is asked for its status")
    func duplicateAtServer() throws {
        let port = UInt16(try freePort())
        let time = TestTime()
        let client = try Purchase.client("http://127.0.0.1:\(port)", time: time)
        var server: ScriptedServer?
        let outcome = try client.purchase(Purchase.request()) { step in
            // Nothing listens at the first attempt.
            guard case .failed = step, server == nil else { return }
            server = try? ScriptedServer(port: port) { request, _ in
                request.path == "/v2/payment/status"
                    ? .json(Self.payment("success")) : .json(Self.duplicate, status: 400)
            }
        }
        let reached = try #require(server)
        guard case .accepted("r-9", .some(let status)) = outcome else {
            return #expect(Bool(false), "\(outcome)")
        }
        #expect(status.status == "success")
        #expect(purchases(reached) == 1 && statusRequests(reached) == 1)
        #expect(time.pauses == [.seconds(1), .seconds(10)])
    }

    @Test("a payment of the same id with another amount is not ours: the outcome is unknown")
    func otherAmount() throws {
        let server = try server(status: [.json(Self.payment("success", amount: 9))]) { _ in .answer([]) }
        #expect(try Purchase.client(server.url).purchase(Purchase.request()).name == "unknown")
    }

    @Test("a status that cannot be asked for is asked for again")
    func statusFails() throws {
        let server = try server(status: [.answer([]), .json("", status: 500), .json(Self.payment("decline"))])
        { _ in
            .answer([])
        }
        let outcome = try Purchase.client(server.url).purchase(Purchase.request())
        #expect(outcome.name == "accepted")
        #expect(purchases(server) == 1 && statusRequests(server) == 3)
    }

    @Test("an invalid purchase is not sent")
    func invalid() throws {
        let server = try server { _ in .json(Self.accepted) }
        #expect(throws: InvalidRequest.self) {
            try Purchase.client(server.url).purchase(Purchase.request(paymentID: "a;b"))
        }
        #expect(server.connectionCount == 0)
    }
}
