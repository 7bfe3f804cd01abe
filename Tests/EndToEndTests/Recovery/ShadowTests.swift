// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// `tidings worker --shadow` beside workers that work.
@Suite("tidings worker --shadow", .serialized, .needsBroker)
struct ShadowTests {
    @Test(
        "under load it finds no difference with the workers' settings, each event with others, and publishes nothing"
    )
    func underLoad() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 101, payments: 30)
        // Payments with a history that only the workers' states have.
        try filler.write(installation.mixed(&traffic, 150))
        try installation.process()
        let before = try installation.outputCounts()
        let same = try WatchedShadow(installation, threads: 2)
        let other = try WatchedShadow(installation, ["--event-source", "/other"])
        for shadow in [same, other] { shadow.worker.waitUntilReady() }

        // One worker is killed in the middle of the load, another one goes on.
        let killed = try installation.worker(slot: 0)
        for _ in 0..<10 { try filler.write(traffic.next(20)) }
        killed.kill()
        let worker = try installation.worker(slot: 0)
        for _ in 0..<10 { try filler.write(traffic.next(20)) }
        try filler.write(installation.mixed(&traffic, 20))
        try installation.waitUntilDecided(by: [worker])
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")

        for shadow in [same, other] { shadow.waitUntilCompared(432) }
        let counts = try installation.outputCounts()
        #expect(same.differences() == 0, "\(same.worker.process.errors.suffix(3000))")
        #expect(other.differences(#"kind="differs",topic="status""#) == Double(counts[0] - before[0]))
        #expect(other.differences() == Double(counts[0] - before[0]))
        let errors = other.worker.process.errors
        #expect(errors.contains("header ce_source"), "\(errors.suffix(3000))")
        // Names of fields, never what is in them.
        #expect(!errors.contains("/other"), "\(errors.suffix(3000))")
        for shadow in [same, other] { shadow.worker.stop() }
        try expectExactlyOnce(in: installation)
    }

    @Test("a forged event, a changed one and a removed one are reported as what they are")
    func planted() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 102, payments: 10)
        try filler.write(traffic.next(40))
        try installation.process()
        let events = try readAll(installation.topics[.status], at: installation.broker.bootstrapServers)
        let shadow = try WatchedShadow(installation)
        shadow.worker.waitUntilReady()
        try filler.write(traffic.next(40))
        try installation.process()
        shadow.waitUntilCompared(40)
        #expect(shadow.differences() == 0, "\(shadow.worker.process.errors.suffix(3000))")
        // The event of an earlier callback once more: no callback leads to it.
        try write([try #require(events.last)], to: installation)
        try filler.write(traffic.next(40))
        try installation.process()
        shadow.waitUntilCompared(80)
        #expect(shadow.differences(#"kind="unexpected",topic="status""#) == 1)
        #expect(shadow.differences() == 1, "\(shadow.worker.process.errors.suffix(3000))")
        shadow.worker.stop()

        // A worker with other rules: it publishes other bytes, and sends large events to review.
        let next = try WatchedShadow(installation)
        next.worker.waitUntilReady()
        let before = try installation.outputCounts()
        try filler.write(traffic.next(30))
        try filler.write([("big", big)])
        try installation.process(flags: ["--event-source", "/other", "--event-max-bytes", "64KiB"])
        next.waitUntilCompared(31)
        let counts = try installation.outputCounts()
        #expect(next.differences(#"kind="differs",topic="status""#) == Double(counts[0] - before[0]))
        #expect(next.differences(#"kind="missing",topic="status""#) == 1)
        #expect(next.differences(#"kind="unexpected",topic="review""#) == 1)
        next.worker.stop()
    }

    @Test("beside workers that have begun nothing it waits, not ready, and begins with their first callback")
    func fresh() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let shadow = try WatchedShadow(installation)
        try shadow.worker.waitUntilNotReady(because: "no worker has begun these partitions: 0, 1")
        let worker = try WatchedWorker(installation)
        worker.waitUntilReady()
        shadow.worker.waitUntilReady()
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 103, payments: 10)
        try filler.write(installation.mixed(&traffic, 60))
        shadow.waitUntilCompared(72)
        #expect(shadow.differences() == 0, "\(shadow.worker.process.errors.suffix(3000))")
        worker.stop()
        shadow.worker.stop()
    }

    @Test("the runbook's command compares what the settings file of the next release leads to")
    func runbook() throws {
        let commands = try RunbookSection("Compare for longer, beside the workers").commands
        try #require(commands.count == 1, "\(commands)")
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 104, payments: 10)
        // The shadow begins where the workers are.
        try filler.write(traffic.next(40))
        try installation.process()
        let folder = try TemporaryDirectory()
        try Data("event: {source: /other}\n".utf8).write(to: folder.file("next.yaml"))
        let command = commands[0].replacing("next.yaml", with: folder.file("next.yaml").path)
            .replacing("/var/tmp", with: folder.url.path)
        let words = command.split(separator: " ").map(String.init)
        try #require(words.first == "tidings")
        let port = try freePort()
        let settings = [
            "TIDINGS_MANAGEMENT_ADDRESS": "127.0.0.1:\(port)", "TIDINGS_WORKER_VERIFY": "never",
        ]
        let shadow = WatchedShadow(
            worker: WatchedWorker(
                try installation.tidings(Array(words.dropFirst()), settings), port: port))
        shadow.worker.waitUntilReady()
        try filler.write(traffic.next(40))
        try installation.process()
        shadow.waitUntilCompared(40)
        #expect((shadow.differences(#"kind="differs",topic="status""#) ?? 0) > 0)
        shadow.worker.stop()
    }

    @Test("flags that accept a loss are refused with --shadow")
    func usage() throws {
        for flags in [["--fail-fast"], ["--start-at", "progress"], ["--accept-changelog-loss", "0:1"]] {
            let process = try ChildProcess.tidings(
                ["worker", "--shadow", "--kafka-bootstrap-servers", "127.0.0.1:1"] + flags)
            #expect(process.waitForEnd(within: .seconds(120)) == .exit(2))
            #expect(process.errors.contains("--shadow processes nothing"), "\(process.errors)")
        }
    }

    /// A callback whose event is larger than 64 KiB: the event repeats the key for each member.
    private var big: String {
        let now = Int64(Date().timeIntervalSince1970)
        let members = (0..<500).map { "\"m\($0)\":\"v\"" }.joined(separator: ",")
        let fields = "{\"\(String(repeating: "k", count: 300))\":{\(members)}}"
        return Traffic.body("big", 7001, "awaiting clarification", now - 60, "r1")
            .replacing(
                ",\"signature\":\"x\"", with: ",\"clarification_fields\":\(fields),\"signature\":\"x\"")
    }

    private func write(_ records: [ReadRecord], to installation: Installation) throws {
        let topic = installation.topics[.status]
        let producer = try TransactionalProducer(
            installation.broker.configuration,
            .init(transactionalID: installation.broker.unique("forging"), topics: [topic]), log: .silent)
        let transaction = try producer.begin()
        for record in records {
            let (key, value) = (record.key ?? [], record.value ?? [])
            try transaction.produce(
                to: producer.topic(topic), partition: record.partition, key: key.span.bytes,
                value: value.span.bytes)
        }
        guard case .committed = transaction.commit() else {
            throw Installation.Broken("the forged event was not written")
        }
        producer.close()
    }
}

/// A shadow with its management endpoints.
private struct WatchedShadow {
    let worker: WatchedWorker

    init(worker: WatchedWorker) { self.worker = worker }

    init(_ installation: Installation, _ flags: [String] = [], threads: Int = 1) throws {
        let port = try freePort()
        worker = WatchedWorker(
            try installation.worker(slot: 0, threads: threads, flags: ["--shadow"] + flags, management: port),
            port: port)
    }

    /// Waits until it has compared what so many callbacks led to.
    func waitUntilCompared(_ count: Int) {
        eventually(within: .seconds(180), "\(worker.process.errors.suffix(3000))") {
            worker.sum(of: "tidings_shadow_callbacks_total") == Double(count)
        }
    }

    /// How many differences of a series it has counted, or of all.
    func differences(_ labels: String? = nil) -> Double? {
        let name = "tidings_shadow_differences_total"
        guard let labels else { return worker.sum(of: name) }
        return worker.value(of: "\(name){\(labels)}")
    }
}
