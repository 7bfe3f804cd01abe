// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A few minutes of it by default; `deploy/chaos` sets how many kills and brokers, and may give the seed of
/// another run.
@Suite("Chaos", .serialized, .needsBrokerOfItsOwn)
struct ChaosTests {
    /// Each part has topics, processes and a separate seed, so that a failure can be repeated without all
    /// before it.
    private static let killsPerPart = 100

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment["TIDINGS_CHAOS_\(name)"].flatMap(Int.init)
    }

    @Test("whatever is killed, frozen and started again, every callback is published once, in order")
    func chaos() throws {
        let kills = Self.number("KILLS") ?? 60
        let brokers = Self.number("BROKERS") ?? 3
        let firstSeed = UInt64(Self.number("SEED") ?? .random(in: 1...999_999))
        var sum = try Self.sum()
        var parts: [ChaosReport] = []
        for part in 0..<max(1, (kills + Self.killsPerPart - 1) / Self.killsPerPart) {
            let count = min(Self.killsPerPart, kills - part * Self.killsPerPart)
            let report = try Self.run(
                count, brokers: brokers, seed: firstSeed + UInt64(part), name: "part \(part + 1)", &sum)
            if kills > Self.killsPerPart { Chaos.say(report.table) }
            parts.append(report)
        }
        var report = try #require(parts.first)
        for part in parts.dropFirst() { report.add(part) }
        // Of all runs that went into the file; the expectations are about this run.
        if let total = sum?.total { Chaos.say("chaos: \(total.seeds.count) parts\n\(total.table)") }
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

    /// One part; what it led to is in the sum, also where it fails.
    private static func run(
        _ kills: Int, brokers: Int, seed: UInt64, name: String, _ sum: inout ChaosSum?
    ) throws -> ChaosReport {
        Chaos.say("chaos: \(name), \(kills) kills, \(brokers) brokers, seed \(seed)")
        try sum?.check(seed: seed, brokers: brokers)
        let chaos = try Chaos(kills: kills, seed: seed, brokers: brokers)
        do {
            let report = try chaos.run()
            try sum?.add(report)
            return report
        } catch {
            var report = chaos.report
            report.faults.append("\(error)")
            try sum?.add(report)
            throw error
        }
    }

    private static func sum() throws -> ChaosSum? {
        guard let path = ProcessInfo.processInfo.environment["TIDINGS_CHAOS_SUM"] else { return nil }
        return try ChaosSum(file: URL(fileURLWithPath: path))
    }

    @Test("parts of different runs are summed in a file, faults included; a seed counts once")
    func summing() throws {
        let folder = try TemporaryDirectory()
        var sum = try ChaosSum(file: folder.file("sum"))
        for seed: UInt64 in [1, 2] {
            var part = ChaosReport(seed: seed, brokers: 3)
            part.workerKills = 10
            part.brokerKills = Int(seed)
            part.faults = ["seed \(seed): a fault"]
            part.account = ["advance": 5]
            try sum.check(seed: seed, brokers: 3)
            try sum.add(part)
        }
        let read = try ChaosSum(file: folder.file("sum"))
        let total = try #require(read.total)
        #expect(total.seeds == [1, 2] && total.workerKills == 20 && total.brokerKills == 3)
        #expect(total.faults == ["seed 1: a fault", "seed 2: a fault"] && total.account == ["advance": 10])
        #expect(throws: Installation.Broken.self) { try read.check(seed: 2, brokers: 3) }
        #expect(throws: Installation.Broken.self) { try read.check(seed: 3, brokers: 1) }
        try read.check(seed: 3, brokers: 3)
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
