// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing
import Worker

/// Failures that random histories meet too rarely, each at a chosen moment.
@Suite("Scenarios")
struct ScenarioTests {
    /// How another comes to have the transactional id.
    enum Fencing: CaseIterable {
        case anotherProducer
        case transactionTimeout
        case lateFencingOfACommit

        func plan(in scenario: Scenario) {
            switch self {
            case .anotherProducer: scenario.plan(.idTaken, at: "produceState")
            case .transactionTimeout: scenario.plan(.transactionTimedOut, at: "sendOffsets")
            case .lateFencingOfACommit: scenario.plan(.fencedAfterCommit, at: "commit")
            }
        }
    }

    /// The other worker's host is away, its partitions come to this one, and meanwhile the producer of this
    /// one cannot be replaced at the first attempt.
    private func interruptedRestore(_ mistake: Mistake? = nil) -> String? {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 4, slots: 2, mistake: mistake)
        let (worker, other) = (simulation.processes[0], simulation.processes[1])
        simulation.runUntilReady([worker, other])
        simulation.stop(other)
        worker.session?.wasSlow = true
        scenario.plan(.thrown(.replaceProducer), at: "replaceProducer")
        scenario.plan(.thrown(.replaceProducer), at: "replaceProducer")
        simulation.runUntilReady([worker])
        // Whatever it reports, it is ready: so it reads all four.
        #expect(scenario.isOver)
        return simulation.earlyFault ?? simulation.finish()
    }

    @Test("a restore that is interrupted begins again with the whole assignment")
    func assignmentRestored() {
        #expect(interruptedRestore() == nil)
    }

    @Test("a worker that begins a restore again with the open partitions alone is found out")
    func openPartitionsRestored() {
        let fault = interruptedRestore(.openPartitionsRestored)
        #expect(fault?.hasPrefix("slot 0 is ready and does not read partition") == true)
    }

    /// Offsets that the coordinator receives a second time, while a later transaction of the same producer is
    /// open.
    private func lateOffsets(_ mistake: Mistake? = nil) -> String? {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 1, slots: 1, mistake: mistake)
        let worker = simulation.processes[0]
        simulation.runUntilReady([worker])
        scenario.plan(.offsetsSentTwice, at: "sendOffsets")
        // A transaction each, of the two producers in turn, up to the one that the late copy joins.
        for _ in 0..<3 {
            simulation.appendCallbacks(1)
            simulation.runUntilReady([worker])
        }
        #expect(scenario.isOver && simulation.broker.lateOffsets.isEmpty)
        // A restart compares what was committed with the progress.
        simulation.stop(worker)
        return simulation.finish()
    }

    @Test("offsets of a transaction that arrive late join no later transaction")
    func offsetsLate() {
        #expect(lateOffsets() == nil)
    }

    @Test("a worker that goes on with a producer whose offsets may arrive late is found out")
    func slowOffsetsForgotten() {
        let fault = lateOffsets(.slowOffsetsForgotten)
        #expect(fault == "a committed offset was taken for reset, and was not moved")
    }

    @Test(
        "a producer that is fenced is replaced, and everything is published once",
        arguments: Fencing.allCases)
    func producerFenced(fencing: Fencing) {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 2, slots: 1)
        let worker = simulation.processes[0]
        simulation.runUntilReady([worker])
        for _ in 0..<2 {
            fencing.plan(in: scenario)
            simulation.appendCallbacks(6)
            simulation.runUntilReady([worker])
        }
        #expect(scenario.isOver)
        // Twice within the window: the same clients go on.
        #expect(worker.starts == 1)
        #expect(simulation.finish() == nil)
    }

    @Test(
        "the third fencing of a producer within the window builds the clients again; without a rival the process goes on",
        arguments: Fencing.allCases)
    func fencedAgain(fencing: Fencing) {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 2, slots: 1)
        let worker = simulation.processes[0]
        simulation.runUntilReady([worker])
        for _ in 0..<3 {
            fencing.plan(in: scenario)
            simulation.appendCallbacks(6)
            simulation.runUntilReady([worker])
        }
        #expect(scenario.isOver)
        #expect(worker.starts == 2 && !worker.isOver)
        #expect(simulation.finish() == nil)
    }

    @Test("fencings of a producer that are further apart than the window never build the clients again")
    func fencedRarely() {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 2, slots: 1)
        let worker = simulation.processes[0]
        simulation.runUntilReady([worker])
        for round in 0..<6 {
            Fencing.allCases[round % 3].plan(in: scenario)
            simulation.appendCallbacks(6)
            simulation.runUntilReady([worker])
            simulation.pass(seconds: 600)
        }
        #expect(scenario.isOver)
        #expect(worker.starts == 1)
        #expect(simulation.finish() == nil)
    }

    @Test("a worker whose batches fail again and again is not ready until one is committed")
    func failingBatches() {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 1, slots: 1)
        let worker = simulation.processes[0]
        simulation.runUntilReady([worker])
        for _ in 0..<4 { scenario.plan(.thrown(.abort), at: "sendOffsets") }
        simulation.appendCallbacks(3)
        for _ in 0..<500 where !scenario.isOver { simulation.step(worker) }
        #expect(scenario.isOver)
        let reason = worker.health?.notReadyReason(patience: .seconds(3600))
        #expect(reason?.contains("batches fail") == true, "\(reason ?? "ready")")
        simulation.runUntilReady([worker])
        #expect(worker.starts == 1)
        #expect(worker.health?.notReadyReason(patience: .seconds(3600)) == nil)
        #expect(simulation.finish() == nil)
    }

    @Test("a second fencing of the rebuilt clients within a session timeout ends the process")
    func rival() {
        let scenario = Scenario()
        let simulation = Simulation(scenario, partitionCount: 2, slots: 1)
        let worker = simulation.processes[0]
        simulation.runUntilReady([worker])
        worker.session?.isFenced = true
        simulation.runUntilReady([worker])
        #expect(worker.starts == 2 && !worker.isOver)
        worker.session?.isFenced = true
        simulation.runUntilReady([worker])
        #expect(worker.isOver)
    }
}
