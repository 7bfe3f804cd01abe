// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// kill -9 of a replay. Running it again completes it.
@Suite("A replay that is killed", .serialized, .needsBroker)
struct ReplayKillTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"
    private static let isFull = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1"
    private static let places = [
        "replay-after-takeover", "replay-after-plan", "replay-after-begin", "replay-after-check",
        "replay-after-produce", "replay-after-offsets", "replay-during-commit", "replay-after-commit",
    ]

    @Test(
        "killed at each place of its loop, twice in a row, it loses and doubles nothing",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func atFailpoints() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 71, payments: 20)
        try filler.write(installation.mixed(&traffic, 120))
        try installation.process()
        let known = try KnownOutputs(installation)
        for (number, place) in Self.places.enumerated() {
            try known.lose { _, index in index % 2 == number % 2 }
            // Its first and a later passage: the first ones of both kinds of places come once a run.
            let isOnce = number < 2
            for passage in isOnce ? [1, 1] : [1, 3] {
                try installation.killed(
                    installation.replay(["--execute", "--rate", "5"], failpoint: "\(place):\(passage)"))
            }
            try installation.replayed(["--execute"])
            try known.expectRestored()
        }
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(0), "\(proof.text)")
    }

    @Test("killed at random, again and again, it loses and doubles nothing")
    func atRandom() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 72, payments: 20)
        try filler.write(installation.mixed(&traffic, 200))
        try installation.process()
        let known = try KnownOutputs(installation)
        var random = SeededRandom(72)
        var kills = 0
        while kills < (Self.isFull ? 100 : 12) {
            try known.lose { _, _ in true }
            for _ in 0..<4 {
                let process = try installation.replay(["--execute", "--rate", "60"])
                usleep(UInt32.random(in: 100_000...4_000_000, using: &random))
                process.kill()
                kills += 1
            }
            try installation.replayed(["--execute"])
            let replayed = try known.expectRestored()
            #expect(replayed == known.count)
        }
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(0), "\(proof.text)")
    }

    @Test("a second replay of the group ends the first one, which publishes nothing from then on")
    func fenced() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 73, payments: 20)
        try filler.write(traffic.next(150))
        try installation.process()
        let known = try KnownOutputs(installation)
        try known.lose { _, _ in true }
        // One record a second: it is at work when the second one comes.
        let first = try installation.replay(["--execute", "--rate", "1"])
        eventually {
            (try? readAll(installation.topics[.status], at: installation.broker.bootstrapServers).count) ?? 0
                > 0
        }
        try installation.replayed(["--execute"])
        #expect(first.waitForEnd(within: .seconds(120)) == .exit(1))
        #expect(
            first.errors.contains("another replay of this group has begun"), "\(first.errors.suffix(2000))")
        try known.expectRestored()
    }
}
