// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The group's offsets are a copy of the progress: what tools do to them neither loses nor doubles anything.
@Suite("Offsets that a tool moved", .serialized, .needsBrokerOfItsOwn)
struct OffsetResetTests {
    @Test(
        "offsets moved back or deleted double nothing, review records and dead letters included",
        arguments: ["to-earliest", "shift-by -10", "delete group", "delete offsets"])
    func behind(how: String) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 21, payments: 20)
        try filler.write(installation.mixed(&traffic, 60))
        try installation.process()
        let before = try installation.outputCounts()
        #expect(before.allSatisfy { $0 >= 6 })

        let tools = KafkaOperator(installation)
        switch how {
        case "delete group": try tools.deleteGroup()
        case "delete offsets": try tools.deleteOffsets()
        default:
            let words = how.split(separator: " ").map(String.init)
            try tools.resetOffsets(["--\(words[0])"] + words.dropFirst())
        }
        let worker = try WatchedWorker(installation)
        worker.waitUntilReady()
        #expect(worker.metric("tidings_worker_offsets_recommitted_total") == 2)
        #expect(worker.process.errors.contains("committed offset is behind the progress"))
        let counts = try installation.outputCounts()
        #expect(counts == before)
        try filler.write(installation.mixed(&traffic, 30))
        try installation.waitUntilDecided(within: .seconds(180), by: [worker.process])
        worker.stop()
        try expectExactlyOnce(in: installation)
    }

    @Test(
        "offsets moved ahead are refused until a flag says where to start, and left in place it accepts nothing more"
    )
    func ahead() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 22, payments: 20)
        try filler.write(installation.mixed(&traffic, 40))
        try installation.process()
        try filler.write(traffic.next(30))
        let tools = KafkaOperator(installation)
        try tools.resetOffsets(["--to-latest"])

        try expectRefused(installation, [], because: "--start-at progress or --start-at committed")
        try installation.process(flags: ["--start-at", "progress"])
        try expectExactlyOnce(in: installation)

        // The next ones are skipped: nothing of them is published, and they are counted.
        try filler.write(traffic.next(30))
        try tools.resetOffsets(["--to-latest"])
        let before = try installation.outputCounts()
        let flags = ["--start-at", "committed"]
        let worker = try WatchedWorker(installation, flags: flags)
        worker.waitUntilReady()
        #expect(worker.metric("tidings_worker_callbacks_skipped_total") == 30)
        worker.stop()
        let counts = try installation.outputCounts()
        #expect(counts == before)
        let proof = try ProveReport(installation)
        #expect(proof.ending == .exit(1), "\(proof.text)")
        #expect(Set(proof.kinds) == ["callbacks-skipped"], "\(proof.text)")

        // A restart with the flag is not a second acceptance, and neither is the next move.
        let restarted = try WatchedWorker(installation, flags: flags)
        restarted.waitUntilReady()
        #expect(restarted.metric("tidings_worker_callbacks_skipped_total") == 0)
        restarted.stop()
        try filler.write(traffic.next(10))
        try tools.resetOffsets(["--to-latest"])
        try expectRefused(installation, flags, because: "--start-at committed was used before")
        try expectRefused(installation, [], because: "--start-at progress or --start-at committed")
        try installation.process(flags: ["--start-at", "progress"])
        let end = try ProveReport(installation)
        #expect(Set(end.kinds) == ["callbacks-skipped"], "\(end.text)")
    }

    @Test("offsets shifted ahead within the log are refused too")
    func shifted() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 23, payments: 20)
        try filler.write(installation.mixed(&traffic, 20))
        try installation.process()
        try filler.write(traffic.next(30))
        let tools = KafkaOperator(installation)
        try tools.resetOffsets(["--shift-by", "10"])
        try expectRefused(installation, [], because: "--start-at progress")
        try installation.process(flags: ["--start-at", "progress"])
        try expectExactlyOnce(in: installation)
    }

    @Test("an empty partition, and one that is empty after a reset, start as they are")
    func empty() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        let tools = KafkaOperator(installation)
        // Nothing is written yet: each partition gets its progress and its offset at the first restore.
        let first = try WatchedWorker(installation)
        first.waitUntilReady()
        #expect(try tools.committed() == [0, 0, 0])
        first.stop()
        try tools.resetOffsets(["--to-latest"])
        let second = try WatchedWorker(installation)
        second.waitUntilReady()
        second.stop()
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 24, payments: 3)
        try filler.write(traffic.next(12))
        try installation.process()
        try tools.deleteGroup()
        try installation.process()
        try expectExactlyOnce(in: installation)
    }

    @Test("an idle group shows no lag, also behind the markers of transactions on the callbacks topic")
    func idle() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 25, payments: 3)
        try filler.write(traffic.next(12))
        let worker = try WatchedWorker(installation)
        try installation.waitUntilDecided(by: [worker.process])
        // A callback that is written in a transaction, as a released one is.
        let producer = try TransactionalProducer(
            installation.broker.configuration,
            .init(
                transactionalID: installation.broker.unique("release"),
                topics: [installation.topics[.callbacks]]), log: .silent)
        let transaction = try producer.begin()
        let (key, value) = (Array("odd".utf8), Array("{\"project_id\":1234,\"thing\":{}}".utf8))
        try transaction.produce(
            to: producer.topic(installation.topics[.callbacks]), partition: 0, key: key.span.bytes,
            value: value.span.bytes)
        guard case .committed = transaction.commit() else {
            throw Installation.Broken("the release is not committed")
        }
        producer.close()
        #expect(try KafkaOperator(installation).end(of: .callbacks, 0) == 14)
        // Committed up to the log's end, which is behind the marker.
        try installation.waitUntilDecided(by: [worker.process])
        worker.stop()
        try expectExactlyOnce(in: installation)
    }

    private func expectRefused(
        _ installation: Installation, _ flags: [String], because text: String
    ) throws {
        let before = try installation.outputCounts()
        let worker = try WatchedWorker(installation, flags: flags)
        try worker.waitUntilNotReady(because: text)
        #expect(worker.process.errors.contains("partitions are not processed"))
        worker.stop()
        let counts = try installation.outputCounts()
        #expect(counts == before)
    }
}
