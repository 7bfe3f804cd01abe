// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// From this version to a later one with other formats, and back. A build with failpoints imitates the
/// later version where `TIDINGS_NEXT_FORMAT` asks for it.
@Suite(
    "Upgrade and roll back", .serialized, .needsBroker,
    .enabled(
        if: ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1",
        "needs a build with TIDINGS_FAILPOINTS=1"))
struct UpgradeTests {
    private static let nextStore = ["TIDINGS_NEXT_FORMAT": "store"]
    private static let nextChangelog = ["TIDINGS_NEXT_FORMAT": "changelog"]

    private static func fleet(partitions: Int32 = 4) throws -> Fleet {
        let fleet = try Fleet(try Installation(on: try Broker.shared(), partitions: partitions), ingresses: 1)
        try fleet.startIngress(0)
        for slot in 0..<2 { try fleet.startWorker(slot) }
        fleet.waitUntilOwned()
        return fleet
    }

    @Test(
        "a version with another store format rebuilds the store, upgraded and rolled back under load",
        .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func storeFormat() throws {
        let fleet = try Self.fleet()
        let load = PostLoad(to: fleet.port)
        load.waitFor(50)
        for environment in [Self.nextStore, [:]] {
            for slot in 0..<2 {
                fleet.stopWorker(slot)
                try fleet.startWorker(slot, environment: environment)
                let log = fleet.workers[slot]?.process.errors ?? ""
                let rebuilt = log.split(separator: "\n").filter { line in
                    line.contains("is rebuilt from the changelog") && line.contains("otherFormat")
                }
                #expect(rebuilt.count == 2, "\(log.suffix(3000))")
                load.waitFor(20)
            }
        }
        try fleet.expectAllOnce(load.stop())
    }

    @Test(
        "a version with another changelog format goes on where the old one stopped; going back is refused",
        .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func changelogFormat() throws {
        let fleet = try Self.fleet()
        let load = PostLoad(to: fleet.port)
        load.waitFor(50)
        for slot in 0..<2 {
            fleet.stopWorker(slot)
            // The other worker still has, or has already, the other version.
            load.waitFor(20)
            try fleet.startWorker(slot, environment: Self.nextChangelog)
            load.waitFor(50)
        }

        // The old version waits, alive, and reports what to do.
        fleet.stopWorker(0)
        let old = try fleet.beginWorker(0)
        let reason = try old.waitUntilNotReady(because: "changelog has format \(ChangelogFormat.current + 1)")
        #expect(reason.contains("Upgrade and roll back") && old.liveness == 200)
        #expect(old.sum(of: "tidings_worker_refused_partitions") == 2)
        load.waitFor(50)
        #expect(old.process.isRunning)
        fleet.stopWorker(0)
        try fleet.startWorker(0, environment: Self.nextChangelog)

        let result = load.stop()
        #expect(result.statuses == [200: result.posted], "\(result)")
        let installation = fleet.installation
        try installation.waitUntilDecided(by: fleet.workers.values.map(\.process))
        fleet.stop()
        let expected = try Expectation(installation)
        #expect(expected.callbackCount == result.posted)
        for topic in [Topic.status, .review, .deadLetter] {
            let comparison = OutputComparison(
                found: try Expectation.found(topic, in: installation), wanted: expected.outputs[topic] ?? [])
            #expect(comparison.isExact, "\(topic): \(comparison)")
        }
        try expectStates(expected.states, in: installation)
        let proof = try installation.prove()
        #expect(proof.waitForEnd(within: .zero) == .exit(1))
        #expect(proof.errors.contains("was written by version \(ChangelogFormat.current + 1)"))
    }

    /// The changelog remembers what the decisions left, in the next format, but for payments that only the
    /// old version saw.
    private func expectStates(_ wanted: [[UInt8]: [UInt8]], in installation: Installation) throws {
        let next = UInt8(ChangelogFormat.current + 1)
        var found: [[UInt8]: [UInt8]] = [:]
        var formats: Set<UInt8> = []
        for record in try readAll(
            installation.topics[.changelog], at: installation.broker.bootstrapServers)
        {
            guard let key = record.key, key != PartitionProgress.key, var value = record.value else {
                continue
            }
            formats.insert(value[0])
            if value[0] == next { value[0] = next - 1 }
            found[key] = value
        }
        #expect(formats == [next - 1, next])
        #expect(found == wanted)
    }
}
