import Foundation
import TestSupport
import Testing

/// A few minutes of it by default; `deploy/chaos` sets how many kills and brokers, and may give the seed of another run.
@Suite("Chaos", .serialized, .needsBrokerOfItsOwn)
struct ChaosTests {
    /// Each part has topics, processes and a seed of its own, so that a failure can be repeated without all before it.
    private static let killsPerPart = 100

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment["TIDINGS_CHAOS_\(name)"].flatMap(Int.init)
    }

    @Test("whatever is killed, frozen and started again, every callback is published once, in order")
    func chaos() throws {
        let kills = Self.number("KILLS") ?? 60
        let brokers = Self.number("BROKERS") ?? 3
        let firstSeed = UInt64(Self.number("SEED") ?? .random(in: 1...999_999))
        var sum: ChaosReport?
        for part in 0..<max(1, (kills + Self.killsPerPart - 1) / Self.killsPerPart) {
            let count = min(Self.killsPerPart, kills - part * Self.killsPerPart)
            let seed = firstSeed + UInt64(part)
            Chaos.say("chaos: part \(part + 1), \(count) kills, \(brokers) brokers, seed \(seed)")
            let report = try Chaos(kills: count, seed: seed, brokers: brokers).run()
            if kills > Self.killsPerPart { Chaos.say(report.table) }
            if sum == nil { sum = report } else { sum?.add(report) }
        }
        let report = try #require(sum)
        Chaos.say(report.table)

        #expect(report.faults == [], "seeds \(report.seeds)")
        #expect(report.workerKills >= kills && report.freezes > 0, "seeds \(report.seeds)")
        #expect(report.brokerKills > 0 && report.ingressKills > 0, "seeds \(report.seeds)")
        #expect(report.confirmed > 0 && report.confirmedAndLost == 0, "seeds \(report.seeds)")
        for (topic, comparison) in report.outputs {
            #expect(
                comparison.isExact && comparison.count > 0, "seeds \(report.seeds), \(topic): \(comparison)")
        }
    }

    @Test("a plan has a broker, an ingress and a freeze for every ten kills, and a seed gives it again")
    func plan() {
        func blows(_ seed: UInt64) -> [ChaosPlan.Blow] {
            var plan = ChaosPlan(seed: seed, slots: 3, brokers: 3)
            return (0..<130).map { _ in plan.next().blow }
        }
        let plan = blows(7)
        #expect(plan == blows(7) && plan != blows(8))
        var counts = (workers: 0, ingress: 0, brokers: 0, freezes: 0)
        for blow in plan {
            switch blow {
            case .killWorker: counts.workers += 1
            case .killIngress: counts.ingress += 1
            case .killBroker: counts.brokers += 1
            case .freeze: counts.freezes += 1
            }
        }
        #expect(counts == (100, 10, 10, 10))
    }
}
