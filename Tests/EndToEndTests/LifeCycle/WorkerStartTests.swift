// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// How a worker process starts while Kafka, or what it needs there, is not there yet.
@Suite("The start of a worker", .serialized)
struct WorkerStartTests {
    @Test(
        "before Kafka is there it is alive and not ready, and it processes afterwards without a restart",
        .needsBrokerOfItsOwn)
    func kafkaAway() throws {
        let broker = try Broker.start(hasControllerBeside: true)
        let installation = try Installation(on: broker, partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 21, payments: 10)
        try filler.write(traffic.next(50))
        broker.kill()
        let worker = try WatchedWorker(installation)
        try worker.waitUntilNotReady(because: "Kafka cannot be reached")
        #expect(worker.liveness == 200)
        #expect(worker.process.isRunning)
        try broker.restart()
        worker.waitUntilReady()
        #expect(worker.liveness == 200)
        try installation.waitUntilDecided(by: [worker.process])
        worker.stop()
        try expectExactlyOnce(in: installation)
    }

    @Test(
        "a topic that does not exist yet is waited for, not ready, with the command that makes it",
        .needsBroker)
    func missingTopic() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let admin = try Admin(installation.broker.configuration, log: .silent)
        let name = installation.topics[.review]
        for failure in try admin.delete([name], within: .seconds(60)) { if let failure { throw failure } }
        try eventually { try admin.describe(name, within: .seconds(60)) == nil }
        let worker = try WatchedWorker(installation)
        let reason = try worker.waitUntilNotReady(because: "missing: \(name)")
        #expect(reason.contains("tidings topics create"))
        #expect(worker.liveness == 200)
        try installation.createTopics()
        worker.waitUntilReady()
        worker.stop()
    }

    @Test("with --fail-fast a worker without Kafka exits with 3")
    func failFast() throws {
        let folder = try TemporaryDirectory()
        let worker = try ChildProcess.tidings(
            ["worker", "--worker-verify", "never", "--fail-fast"],
            environment: [
                "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "TIDINGS_MANAGEMENT_ADDRESS": "",
                "TIDINGS_WORKER_STATE_DIR": folder.file("state").path,
            ])
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(3), "\(worker.errors)")
        #expect(worker.errors.contains("tidings: Kafka cannot be reached"))
    }

    @Test("/livez is 503 once a thread has made no step for worker.stall_limit", .needsBroker)
    func stalled() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 22, payments: 5)
        try filler.write(traffic.next(20))
        let worker = try WatchedWorker(
            installation, failpoint: "after-offsets:1:hang", flags: ["--worker-stall-limit", "20s"])
        eventually(within: .seconds(180)) { worker.liveness == 200 }
        eventually(within: .seconds(180), "\(worker.process.errors.suffix(2000))") { worker.liveness == 503 }
        // What it had open is aborted; the next one processes everything once.
        worker.process.kill()
        let next = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [next])
        try expectExactlyOnce(in: installation)
    }
}
