// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// `tidings replay` as an operator runs it, after records of the output topics were lost.
@Suite("tidings replay", .serialized, .needsBroker)
struct ReplayTests {
    @Test(
        "what was lost is published again byte for byte and once, with a worker at work beside it, and prove holds"
    )
    func missing() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 61, payments: 30)
        try filler.write(installation.mixed(&traffic, 200))
        try installation.process()
        let known = try KnownOutputs(installation)
        try known.lose { _, index in index % 3 == 0 }
        let lost = KnownOutputs.topics.reduce(0) { $0 + ((known.records[$1]?.count ?? 0) + 2) / 3 }
        #expect(try ProveReport(installation).ending == .exit(1))

        // A plan changes nothing, and a second person executes exactly that.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID()).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let planned = try installation.replayed(["--export", file], ending: .exit(1))
        #expect(planned.output.contains("\(lost) records are missing"), "\(planned.output)")
        #expect(planned.output.contains("nothing was changed"))
        #expect(try KnownOutputs(installation).count == known.count - lost)

        // A worker with a backlog runs beside it.
        try filler.write(traffic.next(200))
        let worker = try installation.worker(slot: 0)
        let executed = try installation.replayed(["--execute", "--plan", file, "--json"])
        let report = try #require(try jsonLines(executed.output).last)
        #expect(report["published"] as? Int == lost)
        try installation.waitUntilDecided(by: [worker])
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0))
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(0), "\(proof.text)")

        // Again, by the same plan and without one: nothing is published twice.
        let again = try installation.replayed(["--execute", "--plan", file, "--json"])
        #expect(try jsonLines(again.output).last?["already_there"] as? Int == lost)
        let nothing = try installation.replayed(["--execute"])
        #expect(nothing.output.contains("0 of 0 records published"))
        #expect(try installation.replayed([]).output.contains("nothing is to be done"))
        #expect(try ProveReport(installation).ending == .exit(0))
    }

    @Test("a range names offsets, times or a payment; only what is in it is published")
    func ranges() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 62, payments: 10)
        try filler.write(traffic.next(120))
        try installation.process()
        let known = try KnownOutputs(installation)
        try known.lose { _, _ in true }
        let events = known.records[.status] ?? []
        let key = try #require(events[4].keyText)
        let ofPayment = KnownOutputs.topics.reduce(0) { sum, topic in
            sum + (known.records[topic] ?? []).count { $0.keyText == key }
        }
        let payment = try installation.replayed(["--execute", "--payment", key, "--json"])
        #expect(try jsonLines(payment.output).last?["published"] as? Int == ofPayment)

        // All of partition 1, in two pieces.
        let rest = known.count - ofPayment
        let inOne = KnownOutputs.topics.reduce(0) { sum, topic in
            sum + (known.records[topic] ?? []).count { $0.partition == 1 && $0.keyText != key }
        }
        let early = try installation.replayed(["--execute", "--to-offsets", "1:20", "--json"])
        let late = try installation.replayed(["--execute", "--from-offsets", "1:20", "--json"])
        let published = try [early, late].map { try jsonLines($0.output).last?["published"] as? Int ?? 0 }
        #expect(published[0] + published[1] == inOne && published[0] > 0 && published[1] > 0)
        #expect(
            try installation.replayed(["--to-datetime", "2026-01-01T00:00:00.000"]).output.contains("nothing")
        )
        let last = try installation.replayed([
            "--execute", "--by-duration", "PT2H", "--rate", "200", "--json",
        ])
        #expect(try jsonLines(last.output).last?["published"] as? Int == rest - inOne)
        try known.expectRestored()
        #expect(try ProveReport(installation).ending == .exit(0))
    }

    @Test("where a published event differs nothing is published, and --diff names the field")
    func differing() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 63, payments: 10)
        try filler.write(traffic.next(80))
        try installation.process()
        let known = try KnownOutputs(installation)
        #expect(try installation.replayed(["--diff", "--json"]).output.contains("\"differences\":0"))

        var events = known.records[.status] ?? []
        let removed = events.remove(at: 0)
        let text = try #require(events[3].valueText)
        events[3].value = Array(text.replacing("\"amount\":10000", with: "\"amount\":10001").utf8)
        try known.rewrite(.status, events)
        let refused = try installation.replayed(["--execute"], ending: .exit(1))
        #expect(refused.errors.contains("--diff") && refused.errors.contains("--into"), "\(refused.errors)")
        #expect(try KnownOutputs(installation).count == known.count - 1)

        let diff = try installation.replayed(["--diff", "--json"], ending: .exit(1))
        let lines = try jsonLines(diff.output)
        #expect(lines.count == 3 && lines.last?["differences"] as? Int == 2, "\(diff.output)")
        let differs = try #require(lines.first { $0["kind"] as? String == "differs" })
        let fields = differs["fields"] as? [[String: Any]] ?? []
        #expect(fields.contains { $0["path"] as? String == "payment.amount" }, "\(fields)")
        #expect(fields.allSatisfy { $0["published"] as? String == "10001" })
        let missing = try #require(lines.first { $0["kind"] as? String == "missing" })
        #expect(missing["key"] as? String == removed.keyText)

        // Other rules give another result of the same log: the gate of a release.
        try known.rewrite(.status, known.records[.status] ?? [])
        let other = try installation.replay(["--diff", "--json", "--event-source", "/other"])
        #expect(other.waitForEnd(within: .seconds(300)) == .exit(1))
        #expect(other.output.contains("header ce_source"))
    }

    @Test("a command line that contradicts itself is refused")
    func usage() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        for arguments in [
            ["--diff", "--missing"], ["--diff", "--execute"], ["--plan", "x"],
            ["--execute", "--export", "x"],
            ["--from-beginning", "--by-duration", "P1D"], ["--by-duration", "soon"],
            ["--from-datetime", "yesterday"], ["--payment", "nobody"], ["--into", ""],
            ["--from-offsets", "0"], ["--execute", "--plan", "x", "--payment", "1:2"],
        ] {
            try installation.replayed(arguments, ending: .exit(2))
        }
    }
}
