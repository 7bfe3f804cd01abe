// SPDX-License-Identifier: Apache-2.0
import Gate
import TestSupport
import Testing

/// A server or a proxy that answers one purchase several times.
@Suite("Purchases, repeated answers")
struct RepeatedAnswerTests {
    private static let accepted =
        #"{"status":"success","request_id":"r-1","project_id":1234,"payment_id":"payment_47"}"#
    private static let duplicate = #"{"status":"error","code":"3041","message":"Payment ID already exists"}"#

    private func buy(_ bytes: [UInt8], keeps: Bool = false) throws -> (PurchaseOutcome, ScriptedServer) {
        let server = try ScriptedServer { request, _ in
            request.path == "/v2/payment/status"
                ? .answer([]) : keeps ? .answerAndKeep(bytes) : .answer(bytes)
        }
        return (try Purchase.client(server.url).purchase(Purchase.request()), server)
    }

    @Test("the first answer counts, and the purchase is sent once", arguments: [true, false])
    func twice(keeps: Bool) throws {
        let answer = ScriptedServer.answer(Self.accepted)
        for other in [answer, ScriptedServer.answer(Self.duplicate, status: 400)] {
            let (outcome, server) = try buy(answer + other, keeps: keeps)
            #expect(outcome == .accepted(requestID: "r-1", status: nil))
            #expect(server.requests.count == 1)
        }
    }

    @Test("an interim answer is not an answer, however often it comes")
    func interim() throws {
        let interim = Array(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".utf8)
        let (outcome, server) = try buy(interim + interim + ScriptedServer.answer(Self.accepted))
        #expect(outcome == .accepted(requestID: "r-1", status: nil))
        #expect(server.requests.count == 1)
        let (none, silent) = try buy(interim)
        #expect(none.name == "unknown")
        #expect(silent.requests.count { $0.path.hasSuffix("/sale") } == 1)
    }

    @Test("two answers in one body are not an answer")
    func body() throws {
        let (outcome, server) = try buy(ScriptedServer.answer(Self.accepted + Self.accepted))
        #expect(outcome.name == "unknown")
        #expect(server.requests.count { $0.path.hasSuffix("/sale") } == 1)
    }
}
