import Foundation
import TestSupport
import Testing

/// A few minutes of it by default; `deploy/chaos` sets how many kills, and may give the seed of another run.
@Suite("Chaos", .serialized, .needsBrokerOfItsOwn)
struct ChaosTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("whatever is killed, frozen and started again, every callback is told once, in order")
    func chaos() throws {
        let kills = Self.environment["TIDINGS_CHAOS_KILLS"].flatMap(Int.init) ?? 60
        let seed = Self.environment["TIDINGS_CHAOS_SEED"].flatMap(UInt64.init) ?? .random(in: 1...999_999)
        Chaos.say("chaos: \(kills) kills, seed \(seed)")
        let report = try Chaos(kills: kills, seed: seed).run()
        Chaos.say(report.table)

        let found = try #require(report.found)
        #expect(report.workerKills == kills && report.freezes > 0 && report.brokerKills > 0)
        #expect(report.confirmed > 0 && report.confirmedAndLost == 0, "seed \(seed)")
        for (topic, comparison) in found.comparisons {
            #expect(comparison.isExact, "seed \(seed), \(topic): \(comparison)")
        }
        #expect(found.isMemoryEqual, "seed \(seed)")
        #expect(found.isProved, "seed \(seed): \(found.proof.suffix(3000))")
        #expect(found.provedAccount == found.expected.account, "seed \(seed)")
        #expect(report.broken == [], "seed \(seed)")
    }
}
