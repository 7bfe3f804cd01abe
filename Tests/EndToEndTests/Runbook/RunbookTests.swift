// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The procedures of the runbook, with the command lines that are written there.
@Suite("The runbook", .serialized, .needsBroker)
struct RunbookTests {
    @Test("the three looks answer", .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func looks() throws {
        let fleet = try Fleet(try Installation(on: try Broker.shared(), partitions: 2), ingresses: 1)
        try fleet.startIngress(0)
        try fleet.startWorker(0)
        let load = PostLoad(to: fleet.port)
        load.waitFor(20)
        let shell = try OperatorShell(
            fleet.installation,
            [
                ("HOST:8081", "127.0.0.1:\(fleet.managementPort(ofIngress: 0))"),
                ("--group tidings", "--group \(fleet.installation.group)"),
            ])
        let answers = try RunbookSection("Runbook").commands.map { try shell.run($0) }
        _ = load.stop()
        #expect(answers.count == 3)
        #expect(answers[0].contains("\"ready\":true"))
        #expect(answers[2].contains(fleet.installation.topics[.callbacks]))
        fleet.stop()
    }

    @Test(
        "a worker is added and removed: its partitions move, and nothing is lost or doubled",
        .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func capacity() throws {
        let fleet = try Fleet(try Installation(on: try Broker.shared(), partitions: 6), ingresses: 1)
        try fleet.startIngress(0)
        for slot in 0..<2 { try fleet.startWorker(slot) }
        fleet.waitUntilOwned()
        let load = PostLoad(to: fleet.port)
        let shell = try OperatorShell(fleet.installation)
        for title in ["Add capacity", "Remove a worker"] {
            for command in try RunbookSection(title).commands {
                try shell.run(command)
                for request in shell.takeRequests() { try fleet.carryOut(request) }
            }
            fleet.waitUntilReadyAndOwned()
            #expect(fleet.workers.count == (title == "Add capacity" ? 3 : 2))
            load.waitFor(20)
        }
        try fleet.expectAllOnce(load.stop())
    }

    @Test(
        "Kafka is down: 503 and alive meanwhile, and everything goes on without a restart",
        .needsBrokerOfItsOwn, .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func kafkaDown() throws {
        let broker = try Broker.start(hasControllerBeside: true)
        let fleet = try Fleet(try Installation(on: broker, partitions: 2), ingresses: 1)
        try fleet.startIngress(0)
        try fleet.startWorker(0)
        let before = PostLoad(to: fleet.port, name: "before")
        before.waitFor(20)
        let first = before.stop()
        broker.kill()
        let worker = try #require(fleet.workers[0])
        // Answered when the time for it is over, so the controller has noticed that the broker is gone.
        let text = Traffic.body("unanswered", 1, "success", Int64(Foundation.time(nil)), "r1")
        #expect(Platform().postOnce(try Platform().sign(text), to: fleet.port(ofIngress: 0)) == 503)
        fleet.waitUntilNotInUse(0)
        #expect(fleet.liveness(ofIngress: 0) == 200 && worker.liveness == 200)
        try broker.restart()
        fleet.waitUntilInUse(0)
        worker.waitUntilReady()
        let after = PostLoad(to: fleet.port, name: "after")
        after.waitFor(20)
        var result = after.stop()
        result.add(first)
        try fleet.expectAllOnce(result)
    }

    @Test("an audit of a range of time holds", .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func audit() throws {
        let fleet = try Fleet(try Installation(on: try Broker.shared(), partitions: 2), ingresses: 1)
        try fleet.startIngress(0)
        try fleet.startWorker(0)
        let load = PostLoad(to: fleet.port)
        load.waitFor(40)
        let result = load.stop()
        try fleet.installation.waitUntilDecided(by: fleet.workers.values.map(\.process))
        fleet.stop()
        func time(_ offset: Int64) -> String {
            var text: [UInt8] = []
            Timestamp(seconds: Int64(Foundation.time(nil)) + offset).append(to: &text, .seconds)
            return String(decoding: text, as: UTF8.self)
        }
        let shell = try OperatorShell(
            fleet.installation,
            [("2026-11-01T00:00:00Z", time(-3600)), ("2026-11-02T00:00:00Z", time(3600))])
        for command in try RunbookSection("Audit after an incident").commands {
            let output = try shell.run(command)
            let document = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
            let account = document?["account"] as? [String: Any] ?? [:]
            #expect(account["advance"] as? Int ?? 0 > 0 && result.posted > 0, "\(output)")
        }
    }
}
