// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// How a worker gives its partitions to the others. The session timeout is far longer than the tests wait, so
/// that nothing but leaving moves a partition.
@Suite("Leaving the group", .serialized, .needsBroker)
struct LeaveTests {
    private static let partitions: Int32 = 6
    private static let longSession = ["TIDINGS_WORKER_SESSION_TIMEOUT": "280s"]

    private func workers(_ installation: Installation, flags: [String] = []) throws -> [WatchedWorker] {
        let workers = try (0..<2).map { slot in
            try WatchedWorker(
                installation, slot: slot, flags: flags, host: "h\(slot)", environment: Self.longSession)
        }
        for worker in workers { worker.waitUntilReady() }
        eventually("each has its half") { workers.allSatisfy { $0.assignedPartitions == 3 } }
        return workers
    }

    @Test(
        "a worker that leaves exits with 0, and the other has its partitions long before the session timeout",
        arguments: [[SIGUSR1], [SIGUSR1, SIGTERM], [SIGTERM]])
    func leave(signals: [Int32]) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: Self.partitions)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 31, payments: 30)
        // SIGTERM alone leaves where the setting asks for it.
        let flags = signals.contains(SIGUSR1) ? [] : ["--worker-leave-on-stop"]
        let workers = try workers(installation, flags: flags)
        try filler.write(traffic.next(300))
        for signal in signals { workers[0].process.send(signal) }
        try filler.write(traffic.next(300))
        #expect(
            workers[0].process.waitForEnd(within: .seconds(120)) == .exit(0),
            "\(workers[0].process.errors.suffix(3000))")
        #expect(workers[0].process.errors.contains("left the group"))
        eventually(
            within: .seconds(120), "the partitions did not move\n\(workers[1].process.errors.suffix(3000))"
        ) {
            workers[1].assignedPartitions == Int(Self.partitions)
        }
        try installation.waitUntilDecided(by: [workers[1].process])
        workers[1].stop()
        try expectExactlyOnce(in: installation)
    }

    @Test("a worker that is restarted without leaving moves nothing")
    func restart() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: Self.partitions)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 32, payments: 30)
        let workers = try workers(installation)
        let changes = workers[1].assignmentChanges
        workers[0].stop()
        #expect(!workers[0].process.errors.contains("left the group"))
        try filler.write(traffic.next(300))
        let restarted = try WatchedWorker(
            installation, slot: 0, host: "h0", environment: Self.longSession)
        restarted.waitUntilReady()
        eventually { restarted.assignedPartitions == 3 }
        try installation.waitUntilDecided(by: [restarted.process, workers[1].process])
        #expect(workers[1].assignmentChanges == changes)
        restarted.stop()
        workers[1].stop()
        try expectExactlyOnce(in: installation)
    }

    @Test("SIGUSR1 ends no other command")
    func ignored() throws {
        let folder = try TemporaryDirectory()
        try Data("a secret of the ingress".utf8).write(to: folder.file("secret"))
        let keys = "projects: {1234: {keys: [{id: main, secret_file: secret}]}}"
        try Data(keys.utf8).write(to: folder.file("keys.yaml"))
        let port = try freePort()
        let ingress = try ChildProcess.tidings([
            "ingress", "--ingress-address", "127.0.0.1:\(port)", "--keys-file", folder.file("keys.yaml").path,
            "--kafka-bootstrap-servers", "127.0.0.1:1", "--management-address", "",
        ])
        eventually { (try? RawHTTP(port: port)) != nil }
        ingress.send(SIGUSR1)
        let client = try RawHTTP(port: port)
        client.post("/callbacks", Array("{}".utf8))
        #expect(client.answer()?.status == 400)
        ingress.send(SIGTERM)
        #expect(ingress.waitForEnd(within: .seconds(60)) == .exit(0))
    }

    @Test("a stop whose worker does not come back ends at the stop deadline, with 0")
    func deadline() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 33, payments: 5)
        try filler.write(traffic.next(20))
        let worker = try WatchedWorker(
            installation, failpoint: "after-offsets:1:hang",
            flags: ["--worker-stop-deadline", "1s", "--worker-stall-limit", "10s"])
        eventually(within: .seconds(180)) { worker.liveness == 503 }
        worker.stop(SIGTERM)
        #expect(worker.process.errors.contains("is left behind"))
    }
}
