// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing
import Worker

@Suite("Simulation")
struct SimulationTests {
    /// Optimised it takes well under a minute; unoptimised a fraction of the seeds does.
    #if DEBUG
        private static let seeds: UInt64 = 1_000
    #else
        private static let seeds: UInt64 = 10_000
    #endif
    /// A seed whose run is to be seen again, alone.
    private static let replayed = ProcessInfo.processInfo.environment["TIDINGS_SIMULATION_SEED"].flatMap(
        UInt64.init)

    @Test(
        "whatever fails, readers see what one record processor makes of the log, and the state is that of the log"
    )
    func seeds() {
        var kills = 0
        var resets = 0
        let seeds = Self.replayed.map { $0...$0 } ?? 1...Self.seeds
        for seed in seeds {
            let simulation = Simulation(seed: seed)
            if let fault = simulation.run() {
                Issue.record("seed \(seed): \(fault); TIDINGS_SIMULATION_SEED=\(seed) runs it again")
                return
            }
            kills += simulation.kills
            resets += simulation.resets
        }
        #expect(Self.replayed != nil || resets > seeds.count / 2, "the simulation resets offsets")
        #expect(Self.replayed != nil || kills > seeds.count, "the simulation kills processes")
    }

    @Test("a seed gives the same run again")
    func replay() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let runs = (0..<2).map { _ in
                let simulation = Simulation(seed: seed)
                _ = simulation.run()
                return (
                    simulation.broker.partition(.changelog, 0).end, simulation.kills, simulation.random.next()
                )
            }
            #expect(runs[0] == runs[1])
        }
    }

    @Test("a worker that is wrong in one way is found out", arguments: Mistake.random)
    func planted(mistake: Mistake) {
        let found = (1...10_000 as ClosedRange<UInt64>).first { seed in
            Simulation(seed: seed, mistake: mistake).run() != nil
        }
        #expect(found != nil)
    }
}
