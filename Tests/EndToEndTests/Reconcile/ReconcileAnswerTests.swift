// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// `tidings reconcile` with a platform that answers as the test says, and as a service.
@Suite("tidings reconcile, answers", .serialized, .needsBroker)
struct ReconcileAnswerTests {
    private static let notFound = #"{"status":"error","code":"3061","message":"Transaction not found"}"#

    private static func answer(_ operations: String, project: Int64 = 1234) -> String {
        """
        {"project_id":\(project),"payment":{"id":"p-1","status":"success","type":"purchase"},\
        "operations":[\(operations)]}
        """
    }

    @Test("an answer without operations, 3061 and 3062 write nothing and are exit code 0")
    func nothing() throws {
        let side = try MerchantSide()
        let list = try side.list(["p-1"])
        let answers = [
            (Self.answer(""), 200, "no operations"), (Self.notFound, 404, "not found: 3061"),
            (Self.notFound.replacing("3061", with: "3062"), 400, "not found: 3062"),
        ]
        for (body, status, text) in answers {
            let server = try ScriptedServer { _, _ in .json(body, status: status) }
            let run = try side.reconcile(["--payments", list, "--execute"], gate: server.url)
            #expect(run.ending == .exit(0) && run.output.contains(text), "\(run)")
            #expect(server.requests.map(\.path) == ["/v2/payment/status"])
        }
        #expect(try side.records(.callbacks).isEmpty)
    }

    @Test(
        "a refusal, no readable answer and an answer about another payment or project write nothing and are exit code 1"
    )
    func faults() throws {
        let side = try MerchantSide()
        let list = try side.list(["p-1"])
        let operation =
            #"{"id":1,"type":"sale","status":"success","date":"2024-12-07T19:08:45+0000","request_id":"r"}"#
        let steps: [(ScriptedServer.Step, String)] = [
            (
                .json(#"{"status":"error","code":"3261","message":"Invalid signature"}"#, status: 403),
                "refused: 3261"
            ),
            (.json("oops", status: 502), "no answer: HTTP 502"), (.reset([]), "no answer"),
            (.json(Self.answer(operation).replacing("p-1", with: "p-2")), "no answer"),
            (.json(Self.answer(operation, project: 9)), "another project"),
        ]
        for (step, text) in steps {
            let server = try ScriptedServer { _, _ in step }
            let run = try side.reconcile(["--payments", list, "--execute"], gate: server.url)
            #expect(run.ending == .exit(1) && run.output.contains(text), "\(run)")
        }
        #expect(try side.records(.callbacks).isEmpty)
    }

    @Test("a platform that limits requests is asked again after the time that it gives")
    func limited() throws {
        let side = try MerchantSide()
        let list = try side.list(["p-1"])
        let server = try ScriptedServer { _, number in
            number < 3
                ? .json("", status: number == 1 ? 503 : 429, fields: "Retry-After: 0\r\n")
                : .json(Self.answer(""))
        }
        let run = try side.reconcile(["--payments", list, "--execute"], gate: server.url)
        #expect(run.ending == .exit(0) && server.requests.count == 4, "\(run)")
        let always = try ScriptedServer { _, _ in .json("", status: 429, fields: "Retry-After: 0\r\n") }
        let left = try side.reconcile(["--payments", list, "--execute"], gate: always.url)
        #expect(left.ending == .exit(1) && left.errors.contains("limiting requests"), "\(left)")
        #expect(always.requests.count == 6)
    }

    @Test("what cannot be used is exit code 2 with the place; no Kafka is exit code 3")
    func usage() throws {
        let side = try MerchantSide(partitions: 1)
        let file = side.folder.file("wrong.txt")
        try Data("1234:order-1\r\n47\n".utf8).write(to: file)
        let wrong = try side.reconcile(["--payments", file.path])
        #expect(wrong.ending == .exit(2) && wrong.errors.contains("wrong.txt:2"), "\(wrong.errors)")
        #expect(try side.reconcile(["--continuous"]).ending == .exit(2))
        #expect(try side.reconcile([], ["TIDINGS_RECONCILE_RATE": "0/s"]).ending == .exit(2))
        #expect(try side.reconcile(["--reconcile-after", "73h"]).ending == .exit(2))
        let nowhere = ["TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:\(try freePort())"]
        let unreachable = try side.reconcile([], nowhere)
        #expect(unreachable.ending == .exit(3), "\(unreachable.errors)")
    }

    @Test(
        "as a service it finds payments as their events come, and serves readiness and metrics until SIGTERM")
    func continuous() throws {
        let side = try MerchantSide()
        let (callbackPort, managementPort) = (try freePort(), try freePort())
        let worker = try side.worker()
        let ingress = try side.installation.ingress(port: callbackPort)
        let service = try side.start(
            [
                "--execute", "--continuous", "--json", "--reconcile-after", "0s", "--reconcile-interval",
                "1s",
                "--management-address", "127.0.0.1:\(managementPort)",
            ])
        func get(_ path: String) -> RawHTTP.Answer? {
            guard let connection = try? RawHTTP(port: managementPort) else { return nil }
            connection.get(path)
            return connection.answer()
        }
        try #require(eventually { get("/readyz")?.status == 200 }, "\(service.errors.suffix(2000))")
        try side.buy("order-9")
        let redirect = try side.callback("order-9", "awaiting redirect result")
        try side.pay("order-9")
        #expect(Platform().post(redirect, to: callbackPort) == 200, "\(ingress.errors.suffix(1000))")
        try #require(eventually { service.output.contains(#""payment_id":"order-9""#) })
        try #require(
            eventually { (try? side.records(.status).count) == 2 },
            "\(service.output)\(worker.errors.suffix(1000))")
        // Its final event ends the asking.
        try #require(
            eventually { get("/metrics")?.text.contains("\ntidings_reconcile_waiting_payments 0") == true })
        let metrics = try #require(get("/metrics")).text
        #expect(metrics.contains(#"tidings_reconcile_requests_total{result="answered"}"#))
        #expect(!metrics.contains(#"tidings_reconcile_operations_total{result="written"} 0"#))
        service.send(SIGTERM)
        #expect(service.waitForEnd(within: .seconds(120)) == .exit(0), "\(service.errors.suffix(2000))")
        try side.installation.waitUntilDecided(by: [worker])
        try expectExactlyOnce(in: side.installation)
        worker.kill()
        ingress.kill()
    }
}
