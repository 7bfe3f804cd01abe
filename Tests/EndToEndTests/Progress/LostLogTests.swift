// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// Topics that lost data: nothing is processed on a state that is not complete, until an operator accepts it.
@Suite("Topics that lost data", .serialized, .needsBrokerOfItsOwn)
struct LostLogTests {
    /// How the changelog is lost.
    enum Loss: String, CaseIterable {
        case recreated
        case truncated
    }

    @Test(
        "a lost changelog is refused with both offsets, with the state store and without it; the printed flag accepts it once",
        arguments: Loss.allCases, [true, false])
    func changelog(loss: Loss, isStateKept: Bool) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 31, payments: 20)
        let callbacks = installation.mixed(&traffic, 20)
        try filler.write(callbacks)
        try installation.process()
        let tools = KafkaOperator(installation)
        let before = try installation.outputCounts()
        try lose(loss, tools, installation, isStateKept)

        let flag = try expectRefused(installation, [], "the changelog lost data", "--accept-changelog-loss")
        let committed = try tools.committed().enumerated().map { "\($0.offset):\($0.element ?? -1)" }
        #expect(flag == ["--accept-changelog-loss", committed.joined(separator: ",")])
        try filler.write(traffic.next(5))
        let counts = try installation.outputCounts()
        #expect(counts == before)
        // A flag for other offsets accepts nothing.
        _ = try expectRefused(
            installation, ["--accept-changelog-loss", "0:100000"], "the changelog lost data",
            "--accept-changelog-loss")
        try installation.process(flags: flag)
        let after = try installation.outputCounts()
        #expect(after[2] == before[2])

        // With the flag left in place the worker goes on, and the next loss is refused again.
        try filler.write(traffic.next(10))
        try installation.process(flags: flag)
        try lose(loss, tools, installation, isStateKept)
        _ = try expectRefused(installation, flag, "the changelog lost data", "--accept-changelog-loss")
    }

    private func lose(
        _ loss: Loss, _ tools: KafkaOperator, _ installation: Installation, _ isStateKept: Bool
    ) throws {
        switch loss {
        case .recreated: try tools.recreate(.changelog)
        case .truncated: try tools.truncate(.changelog)
        }
        if !isStateKept { try installation.dropState() }
    }

    @Test(
        "a changelog that is lost on one host and accepted is not mixed with the store that another host kept"
    )
    func grownOver() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 32, payments: 5)
        try filler.write(traffic.next(10))
        let first = try WatchedWorker(installation, host: "first")
        first.waitUntilReady()
        try installation.waitUntilDecided(by: [first.process])
        first.stop()
        try KafkaOperator(installation).recreate(.changelog)
        let second = try WatchedWorker(
            installation, flags: ["--accept-changelog-loss", "0:10"], host: "second")
        second.waitUntilReady()
        // More than the lost changelog had: the first host's position is inside the new one.
        try filler.write(traffic.next(200))
        try installation.waitUntilDecided(by: [second.process])
        second.stop()
        let back = try WatchedWorker(installation, host: "first")
        back.waitUntilReady()
        #expect(back.process.errors.contains("the changelog was replaced since it was filled"))
        try filler.write(traffic.next(100))
        try installation.waitUntilDecided(by: [back.process])
        back.stop()
        // From the loss on everything is derived from an empty state; of what went before nothing is asked.
        let proof = try ProveReport(installation, ["--from", "10"])
        #expect(!proof.kinds.contains("state-missing"), "\(proof.text)")
    }

    @Test("a recreated callbacks topic is refused with both offsets; the printed flag accepts it once")
    func callbacks() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 33, payments: 20)
        try filler.write(installation.mixed(&traffic, 20))
        try installation.process()
        let tools = KafkaOperator(installation)
        let end = try tools.end(of: .callbacks, 0)
        for round in 0..<2 {
            filler.close()
            try tools.recreate(.callbacks)
            let before = try installation.outputCounts()
            let old = round == 0 ? [] : ["--accept-callbacks-loss", "0:\(end)"]
            let flag = try expectRefused(
                installation, old,
                "the callbacks topic was recreated or truncated: it ends at 0, before \(end)",
                "--accept-callbacks-loss")
            #expect(flag == ["--accept-callbacks-loss", "0:\(end)"])
            let counts = try installation.outputCounts()
            #expect(counts == before)
            // The same flag accepts the second loss, at the same offset, only after a start without it.
            if round == 1 {
                _ = try expectRefused(installation, [], "before \(end)", "--accept-callbacks-loss")
                return
            }
            try installation.process(flags: flag)
            let refilled = try LogFiller(installation)
            // As many again, so that the next loss has the same offset.
            try refilled.write(installation.mixed(&traffic, 20))
            try installation.process(flags: flag)
            refilled.close()
            let after = try installation.outputCounts()
            #expect(after[1] >= before[1] + 6 && after[2] == before[2] + 6)
        }
    }

    @Test("callbacks that retention took before they were processed are counted, logged and proved lost")
    func retention() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 34, payments: 20)
        try filler.write(installation.mixed(&traffic, 10))
        try installation.process()
        try filler.write(traffic.next(24))
        try KafkaOperator(installation).truncate(.callbacks)
        // Before any worker has noticed.
        let unnoticed = try ProveReport(installation)
        #expect(
            unnoticed.ending == .exit(1) && unnoticed.kinds.contains("callbacks-lost"), "\(unnoticed.text)")
        let before = try installation.outputCounts()

        let worker = try WatchedWorker(installation)
        worker.waitUntilReady()
        #expect(worker.metric("tidings_worker_callbacks_lost_total") == 24)
        #expect(worker.process.errors.contains("callbacks were deleted before they were processed"))
        try filler.write(traffic.next(7))
        try installation.waitUntilDecided(by: [worker.process])
        worker.stop()
        let after = try installation.outputCounts()
        #expect(after[0] <= before[0] + 7 && after[2] == before[2])
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(1) && Set(proof.kinds) == ["callbacks-lost"], "\(proof.text)")
        let lost = proof.faults.reduce(0) { sum, fault in
            sum + (fault["to_offset"] as? Int ?? 0) - (fault["from_offset"] as? Int ?? 0)
        }
        #expect(lost == 24)
        // It is counted once: the restart finds nothing lost.
        let restarted = try WatchedWorker(installation)
        restarted.waitUntilReady()
        #expect(restarted.metric("tidings_worker_callbacks_lost_total") == 0)
        restarted.stop()
    }

    @Test("callbacks that are deleted under a running worker are counted as well")
    func retentionWhileRunning() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 35, payments: 20)
        try filler.write(traffic.next(10))
        let worker = try WatchedWorker(installation)
        try installation.waitUntilDecided(by: [worker.process])
        worker.waitUntilReady()
        // Frozen, so that it has not fetched them.
        worker.process.send(SIGSTOP)
        try filler.write(traffic.next(24))
        try KafkaOperator(installation).truncate(.callbacks)
        worker.process.send(SIGCONT)
        try filler.write(traffic.next(7))
        try installation.waitUntilDecided(within: .seconds(180), by: [worker.process])
        let lost = worker.metric("tidings_worker_callbacks_lost_total") ?? 0
        worker.stop()
        // A fetch may have been under way when it was frozen, and what it brought is processed.
        let counts = try installation.outputCounts()
        let proof = try ProveReport(installation)
        #expect(lost <= 24 && (lost == 0) == (proof.ending == .exit(0)), "\(lost) \(counts) \(proof.text)")
    }

    /// Starts a worker that must not process anything; the flags that it prints.
    private func expectRefused(
        _ installation: Installation, _ flags: [String], _ fact: String, _ flag: String
    ) throws -> [String] {
        let worker = try WatchedWorker(installation, flags: flags)
        let answer = try worker.waitUntilNotReady(because: fact)
        #expect(worker.process.errors.contains("partitions are not processed"))
        worker.stop()
        let found = answer.firstMatch(of: try Regex("\(flag) ([0-9:,]*[0-9])"))
        let text = try #require(found.map { String(answer[$0.range]) }, "\(answer)")
        // The last one names all partitions.
        let all = answer.matches(of: try Regex("\(flag) ([0-9:,]*[0-9])")).map { String(answer[$0.range]) }
        return (all.last ?? text).split(separator: " ").map(String.init)
    }
}
