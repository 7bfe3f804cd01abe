// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// A payment's partition follows from the partition count. So partitions that are added are processed by
/// no one, and the others go on with the count that they began with.
@Suite("Partitions that were added", .serialized, .needsBrokerOfItsOwn)
struct AddedPartitionTests {
    private static let flags = ["--kafka-property", "topic.metadata.refresh.interval.ms=1000"]
    private static let procedure = "Create new topics under another prefix"

    private func write(_ filler: LogFiller, _ payments: Range<Int>) throws {
        let date = Int64(Date().timeIntervalSince1970) - 600
        try filler.write(
            payments.map { ("order-\($0)", Traffic.body("order-\($0)", $0, "success", date, "r1")) })
    }

    /// Waits until the known partitions are processed to their ends.
    private func waitUntilDecided(_ installation: Installation, _ worker: WatchedWorker) throws {
        try installation.waitUntilDecided(within: .seconds(180), by: [worker.process])
    }

    private func expectUnprocessed(_ installation: Installation) throws {
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(1), "\(proof.text)")
        #expect(proof.kinds == ["unprocessed-partition", "unprocessed-partition", "unprocessed-partition"])
        #expect(proof.faults.compactMap { $0["partition"] as? Int } == [3, 4, 5])
    }

    /// Nothing of the known partitions is doubled or lost, review records and dead letters included.
    private func expectOnce(_ installation: Installation) throws {
        let expected = try Expectation(installation)
        for topic in [Topic.status, .review, .deadLetter] {
            let comparison = OutputComparison(
                found: try Expectation.found(topic, in: installation), wanted: expected.outputs[topic] ?? [])
            #expect(comparison.isExact, "\(topic): \(comparison)")
        }
    }

    @Test("added to the callbacks topic while a worker runs: not ready with the procedure, nothing doubled")
    func callbacksAlone() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        try write(try LogFiller(installation), 0..<9)
        let worker = try WatchedWorker(installation, flags: Self.flags)
        worker.waitUntilReady()
        try waitUntilDecided(installation, worker)
        try KafkaOperator(installation).addPartitions(to: [.callbacks], count: 6)
        let filler = try LogFiller(installation)
        try write(filler, 0..<9)
        try write(filler, 9..<109)
        let answer = try worker.waitUntilNotReady(because: Self.procedure)
        #expect(answer.contains("3, 4, 5 are not processed"))
        try waitUntilDecided(installation, worker)
        #expect(worker.sum(of: "tidings_worker_refused_partitions") == 3)
        worker.stop()
        try expectOnce(installation)
        try expectUnprocessed(installation)

        // A new start is refused: the topics differ.
        let restarted = try installation.worker(slot: 0)
        #expect(restarted.waitForEnd(within: .seconds(120)) == .exit(1))
        #expect(restarted.errors.contains("the topics must have one partition count"))
    }

    @Test("added to all topics while a worker runs, and another slot joins: the known partitions go on")
    func allRunning() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        try write(try LogFiller(installation), 0..<9)
        let worker = try WatchedWorker(installation, flags: Self.flags)
        worker.waitUntilReady()
        try waitUntilDecided(installation, worker)
        try KafkaOperator(installation).addPartitions(to: Topic.allCases, count: 6)
        let filler = try LogFiller(installation)
        try write(filler, 0..<109)
        try worker.waitUntilNotReady(because: Self.procedure)
        try waitUntilDecided(installation, worker)
        let other = try WatchedWorker(installation, slot: 1, flags: Self.flags, host: "other")
        try other.waitUntilNotReady(because: Self.procedure)
        try write(filler, 0..<150)
        try waitUntilDecided(installation, worker)
        for worker in [worker, other] { worker.stop() }
        try expectOnce(installation)
        try expectUnprocessed(installation)
    }

    @Test(
        "added to all topics before a start, with the state store and without it, with the same slot and another",
        arguments: [true, false])
    func allBeforeStart(isStateKept: Bool) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        try write(try LogFiller(installation), 0..<9)
        try installation.process()
        try KafkaOperator(installation).addPartitions(to: Topic.allCases, count: 6)
        if !isStateKept { try installation.dropState() }
        let filler = try LogFiller(installation)
        try write(filler, 0..<109)
        let worker = try WatchedWorker(installation, slot: isStateKept ? 0 : 1)
        let answer = try worker.waitUntilNotReady(because: Self.procedure)
        #expect(answer.contains("the topics have 6 partitions"))
        try waitUntilDecided(installation, worker)
        worker.stop()
        try expectOnce(installation)
        try expectUnprocessed(installation)
    }

    @Test("fresh partitions, two workers that start together, and a rolling restart")
    func fresh() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 4)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 41, payments: 10)
        var workers = try [0, 1].map { try WatchedWorker(installation, slot: $0, host: "\($0)") }
        for worker in workers { worker.waitUntilReady() }
        try filler.write(installation.mixed(&traffic, 100))
        try installation.waitUntilDecided(within: .seconds(180), by: workers.map(\.process))
        for slot in 0..<2 {
            workers[slot].stop()
            try filler.write(installation.mixed(&traffic, 50))
            workers[slot] = try WatchedWorker(installation, slot: slot, host: "\(slot)")
            workers[slot].waitUntilReady()
        }
        try installation.waitUntilDecided(within: .seconds(180), by: workers.map(\.process))
        for worker in workers { worker.stop() }
        try expectExactlyOnce(in: installation)
    }
}
