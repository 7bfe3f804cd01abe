// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import TestSupport
import Testing

/// kill -9 at each numbered place of the worker's loop, on a real broker.
@Suite("Kill matrix", .serialized, .needsBroker)
struct KillMatrixTests {
    /// The build that tests run has failpoints; one without them would wait for nothing.
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"

    @Test(
        "a worker killed at a place of its loop, and killed again, loses and doubles nothing",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"),
        arguments: [
            "after-fill:3", "after-produce:3", "after-offsets:3", "during-commit:3",
            "after-commit-before-apply:3", "during-apply:3", "during-rebalance:1",
            "during-progress-commit:1", "after-progress-commit:1",
        ])
    func killed(at failpoint: String) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: UInt64(failpoint.utf8.count), payments: 20)
        try filler.write(traffic.next(300))

        for _ in 0..<2 { try runAndKill(installation, at: failpoint) }
        try filler.write(traffic.next(100))
        try finish(installation)
        try expectExactlyOnce(in: installation)
    }

    @Test(
        "a worker killed during a restore, and right after it, loses and doubles nothing",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func killedDuringRestore() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 7, payments: 50)
        try filler.write(traffic.next(400))
        try finish(installation)
        try installation.dropState()
        try filler.write(traffic.next(100))

        try runAndKill(installation, at: "during-restore:1")
        try runAndKill(installation, at: "after-fill:1")
        try finish(installation)
        try expectExactlyOnce(in: installation)
    }

    @Test(
        "a worker killed while another takes partitions from it loses and doubles nothing",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func killedDuringRebalance() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 4)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 11, payments: 50)
        try filler.write(traffic.next(300))
        // Its second rebalance is the one that the other worker's coming brings.
        let first = try installation.worker(slot: 0, failpoint: "during-rebalance:2")
        try installation.waitUntilDecided(by: [first])
        let second = try installation.worker(slot: 1)
        try expectStopped(first)
        first.kill()
        try filler.write(traffic.next(300))
        let third = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [second, third])
        try expectExactlyOnce(in: installation)
        for worker in [second, third] {
            worker.send(SIGTERM)
            #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0))
        }
    }

    @Test(
        "a worker that loses its partitions in the middle of a restore, and comes back, loses and doubles nothing",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func rebalanceDuringRestore() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 13, payments: 50)
        try filler.write(traffic.next(300))
        try finish(installation)
        try installation.dropState()
        try filler.write(traffic.next(100))
        let first = try installation.worker(slot: 0, failpoint: "during-restore:1")
        try expectStopped(first)
        // Its session ends while it is stopped, and the other restores the same partitions and goes on.
        let second = try installation.worker(slot: 1, host: "other")
        try installation.waitUntilDecided()
        first.send(SIGCONT)
        try filler.write(traffic.next(200))
        try installation.waitUntilDecided()
        try expectExactlyOnce(in: installation)
        for worker in [first, second] {
            worker.send(SIGTERM)
            #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")
        }
    }

    private func runAndKill(_ installation: Installation, at failpoint: String) throws {
        let worker = try installation.worker(slot: 0, failpoint: failpoint)
        try expectStopped(worker)
        worker.kill()
    }

    private func expectStopped(_ worker: ChildProcess) throws {
        let isStopped = eventually {
            worker.errors.contains("failpoint reached") || !worker.isRunning
        }
        try #require(isStopped && worker.isRunning, "\(worker.errors.suffix(2000))")
    }

    private func finish(_ installation: Installation) throws {
        let worker = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [worker])
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")
    }
}
