// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("tidings reconcile, without a reader", .needsBroker)
struct ReconcileReaderTests {
    @Test("as a service it goes on where nobody reads its standard output")
    func service() throws {
        let side = try MerchantSide(partitions: 1)
        let answer = #"{"project_id":1234,"payment":{"id":"p-1","status":"processing"},"operations":[]}"#
        let server = try ScriptedServer { _, _ in .json(answer) }
        var environment = side.installation.environment.filter { !$0.key.hasPrefix("TIDINGS_WORKER") }
        environment["TIDINGS_GATE_URL"] = server.url
        environment["TIDINGS_RECONCILE_RATE"] = "1000/s"
        // The only reader of the pipe has ended before the command begins.
        let shell = [
            "-c", #"exec 3> >(true); wait $!; exec "$@" >&3"#, "pipe",
            Repository.product("tidings").path, "reconcile", "--execute", "--continuous",
            "--payments", try side.list(["p-1"]), "--reconcile-interval", "1s",
        ]
        let service = try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"), shell, environment: environment)
        // The result of the first request was not read, and the platform is asked again.
        try #require(
            eventually(within: .seconds(180)) { server.requests.count >= 2 }, "\(service.errors.suffix(2000))"
        )
        service.send(SIGTERM)
        #expect(service.waitForEnd(within: .seconds(120)) == .exit(0), "\(service.errors.suffix(2000))")
        #expect(service.errors.contains("payment reconciled"))
    }
}
