// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// `tidings replay --into`: a fresh set of topics from the callbacks, and the move to it.
@Suite("tidings replay --into", .serialized, .needsBroker)
struct RebuildTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"

    @Test(
        "killed at each place it goes on, and the new topics hold the same records as the old ones",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func killed() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 81, payments: 20)
        try filler.write(installation.mixed(&traffic, 200))
        try installation.process()
        let plan = try installation.replayed(["--into", "v2."])
        #expect(plan.output.contains("nothing was changed"))
        for place in [
            "rebuild-after-takeover", "rebuild-after-produce", "rebuild-after-offsets",
            "rebuild-during-commit", "rebuild-after-commit",
        ] {
            try installation.killed(
                installation.replay(
                    ["--into", "v2.", "--execute", "--threads", "1"], failpoint: "\(place):1"))
        }
        try installation.replayed(["--into", "v2.", "--execute"])
        // Again: nothing is left to do, and nothing is doubled.
        try installation.replayed(["--into", "v2.", "--execute"])
        let (old, new) = try (records(of: installation, prefix: ""), records(of: installation, prefix: "v2."))
        for topic in KnownOutputs.topics { #expect(old[topic] == new[topic], "\(topic)") }
        #expect(try states(of: installation, prefix: "v2.") == states(of: installation, prefix: ""))
    }

    @Test("under load, workers of a new group go on where it ended; the old ones can be returned to")
    func cutOver() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 82, payments: 20)
        try filler.write(installation.mixed(&traffic, 150))
        let old = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [old])
        let rebuild = try installation.replay(["--into", "v2.", "--execute"])
        while rebuild.isRunning { try filler.write(traffic.next(10)) }
        #expect(rebuild.waitForEnd(within: .seconds(300)) == .exit(0), "\(rebuild.errors.suffix(3000))")

        // The new workers read the same callbacks topic, and write to the new topics.
        let names = newNames(of: installation)
        let new = try installation.tidings(
            [
                "worker", "--worker-slot", "0", "--worker-verify", "never", "--worker-group",
                "\(installation.group)-v2", "--topic-status", names[.status] ?? "", "--topic-review",
                names[.review] ?? "", "--topic-dead-letter", names[.deadLetter] ?? "", "--topic-changelog",
                names[.changelog] ?? "",
            ],
            [
                "TIDINGS_WORKER_STATE_DIR": FileManager.default.temporaryDirectory.appendingPathComponent(
                    "state-\(UUID())"
                ).path
            ])
        try filler.write(traffic.next(100))
        try installation.waitUntilDecided(by: [old])
        try eventually(within: .seconds(180), "\(new.errors.suffix(3000))") {
            try records(of: installation, prefix: "v2.")[.status]?.count
                == records(of: installation, prefix: "")[.status]?.count
        }
        // Both wrote the same: going back is pointing readers at the old topics again.
        let (before, after) = try (
            records(of: installation, prefix: ""), records(of: installation, prefix: "v2.")
        )
        for topic in KnownOutputs.topics { #expect(before[topic] == after[topic], "\(topic)") }
        for worker in [old, new] {
            worker.send(SIGTERM)
            #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")
        }
        // A rebuild does not disturb workers that have gone on.
        let refused = try installation.replayed(["--into", "v2.", "--execute"], ending: .exit(1))
        #expect(refused.errors.contains("has the progress of workers"), "\(refused.errors)")
        try expectExactlyOnce(in: installation)
    }

    private func newNames(of installation: Installation) -> [Topic: String] {
        var names: [Topic: String] = [:]
        for topic in Topic.allCases { names[topic] = "v2." + installation.topics[topic] }
        return names
    }

    private func records(
        of installation: Installation, prefix: String
    ) throws -> [Topic: [KnownOutputs.Output]] {
        var records: [Topic: [KnownOutputs.Output]] = [:]
        for topic in KnownOutputs.topics {
            records[topic] = try readAll(
                prefix + installation.topics[topic], at: installation.broker.bootstrapServers
            ).map { KnownOutputs.Output($0) }
        }
        return records
    }

    /// The newest state of each payment.
    private func states(of installation: Installation, prefix: String) throws -> [[UInt8]: [UInt8]] {
        var states: [[UInt8]: [UInt8]] = [:]
        for record in try readAll(
            prefix + installation.topics[.changelog], at: installation.broker.bootstrapServers)
        {
            if let key = record.key, key != PartitionProgress.key { states[key] = record.value }
        }
        return states
    }
}
