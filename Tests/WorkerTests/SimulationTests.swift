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

    @Test("whatever fails, readers see what one judge makes of the log, and the memory is that of the log")
    func seeds() {
        var kills = 0
        for seed in 1...Self.seeds {
            let simulation = Simulation(seed: seed)
            if let fault = simulation.run() {
                Issue.record(Comment(rawValue: "seed \(seed): \(fault)"))
                return
            }
            kills += simulation.kills
        }
        #expect(kills > Int(Self.seeds), "the simulation kills processes")
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

    @Test("a worker that is wrong in one way is found out", arguments: Mistake.allCases)
    func planted(mistake: Mistake) {
        let found = (1...2000 as ClosedRange<UInt64>).first { seed in
            Simulation(seed: seed, mistake: mistake).run() != nil
        }
        #expect(found != nil)
    }
}
