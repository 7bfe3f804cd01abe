// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// The callbacks topic is replaced or cut under a worker that runs: it compares again, and refuses what does
/// not fit the progress.
@Suite("A callbacks topic that changes under a worker", .serialized, .needsBrokerOfItsOwn)
struct RecreatedTopicTests {
    private static let flags = ["--kafka-property", "topic.metadata.refresh.interval.ms=1000"]

    @Test(
        "deleted and created again, with and without the worker noticing in between: refused with both offsets and the flag; nothing is lost or doubled",
        arguments: [true, false])
    func recreated(isDeletionNoticed: Bool) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: isDeletionNoticed ? 51 : 52, payments: 20)
        try filler.write(installation.mixed(&traffic, 40))
        let worker = try WatchedWorker(installation, flags: Self.flags)
        worker.waitUntilReady()
        try installation.waitUntilDecided(by: [worker.process])
        let before = try Outputs(installation)
        let tools = KafkaOperator(installation)
        let ends = try (0..<2 as Range<Int32>).map { try tools.end(of: .callbacks, $0) }
        filler.close()

        if isDeletionNoticed {
            try tools.delete(.callbacks)
            let topic = installation.topics[.callbacks]
            let missing = try worker.waitUntilNotReady(because: "cannot read: \(topic): ")
            #expect(missing.contains("UNKNOWN_TOPIC_OR_PART"), "\(missing)")
            try tools.createAgain(.callbacks)
        } else {
            try tools.recreate(.callbacks)
        }
        let flag = "--accept-callbacks-loss 0:\(ends[0]),1:\(ends[1])"
        let answer = try worker.waitUntilNotReady(because: flag)
        for (partition, end) in ends.enumerated() {
            let fact = "the callbacks topic was recreated or truncated: it ends at 0, before \(end)"
            #expect(answer.contains("partition \(partition): \(fact)"), "\(answer)")
        }
        // New callbacks wait: what they lead to depends on what the operator says.
        let refilled = try LogFiller(installation)
        var news = Traffic(seed: 53, payments: 20, firstPayment: 100)
        try refilled.write(installation.mixed(&news, 10))
        try worker.waitUntilNotReady(because: flag)
        #expect(try Outputs(installation) == before)
        worker.stop()
        #expect(try Outputs(installation) == before)

        try installation.process(flags: flag.split(separator: " ").map(String.init))
        try expect([before.records, try Expectation(installation).outputs], in: installation)
    }

    /// Readers see these outputs, one after the other in each partition, and nothing else.
    private func expect(
        _ wanted: [[Topic: [Expectation.Output]]], in installation: Installation
    ) throws {
        for topic in [Topic.status, .review, .deadLetter] {
            let inOrder = (0..<installation.partitions).flatMap { partition in
                wanted.flatMap { ($0[topic] ?? []).filter { $0.partition == partition } }
            }
            let comparison = OutputComparison(
                found: try Expectation.found(topic, in: installation), wanted: inOrder)
            #expect(comparison.isExact && comparison.count > 0, "\(topic): \(comparison)")
        }
    }

    @Test(
        "cut below the end while it runs: what was not processed is counted, and nothing else is lost or doubled"
    )
    func cut() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 54, payments: 20)
        try filler.write(installation.mixed(&traffic, 20))
        let worker = try WatchedWorker(installation)
        worker.waitUntilReady()
        try installation.waitUntilDecided(by: [worker.process])
        // Frozen. The answer to the fetch that waits at the broker brings the first callbacks at most.
        worker.process.send(SIGSTOP)
        let tools = KafkaOperator(installation)
        let frozenAt = try tools.end(of: .callbacks, 0)
        try filler.write(traffic.next(5))
        let answered = try tools.end(of: .callbacks, 0)
        try filler.write(installation.mixed(&traffic, 24))
        let low = try tools.end(of: .callbacks, 0)
        let callbacks = try readAll(
            installation.topics[.callbacks], at: installation.broker.bootstrapServers)
        try tools.truncate(.callbacks)
        worker.process.send(SIGCONT)
        eventually(within: .seconds(180), "\(worker.process.errors.suffix(3000))") {
            worker.metric("tidings_worker_callbacks_lost_total") ?? 0 > 0
        }
        let lost = Int64(worker.metric("tidings_worker_callbacks_lost_total") ?? 0)
        #expect((low - answered...low - frozenAt).contains(lost), "\(lost)")
        let line = worker.process.errors.split(separator: "\n").first {
            $0.contains("callbacks were deleted before they were processed")
        }
        #expect(line?.contains("\(low)") == true && line?.contains("\(low - lost)") == true)
        worker.waitUntilReady()

        var news = Traffic(seed: 55, payments: 20, firstPayment: 100)
        try filler.write(installation.mixed(&news, 7))
        try installation.waitUntilDecided(within: .seconds(180), by: [worker.process])
        worker.stop()
        let processed = try Expectation(installation, of: callbacks.filter { $0.offset < low - lost })
        try expect([processed.outputs, try Expectation(installation).outputs], in: installation)
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(1) && Set(proof.kinds) == ["callbacks-lost"], "\(proof.text)")
        let proved = proof.faults.reduce(0) { sum, fault in
            sum + (fault["to_offset"] as? Int ?? 0) - (fault["from_offset"] as? Int ?? 0)
        }
        #expect(proved == Int(lost))
    }
}

/// What readers see of the three output topics.
private struct Outputs: Equatable {
    var records: [Topic: [Expectation.Output]] = [:]

    init(_ installation: Installation) throws {
        for topic in [Topic.status, .review, .deadLetter] {
            records[topic] = try Expectation.found(topic, in: installation)
        }
    }
}
