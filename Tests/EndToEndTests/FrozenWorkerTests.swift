// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// A worker that is frozen with a transaction open until the coordinator has given the transaction up.
@Suite("A frozen worker", .serialized, .needsBrokerOfItsOwn)
struct FrozenWorkerTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"

    @Test(
        "goes on when it is continued, and publishes everything once",
        .enabled(if: hasFailpoints, "needs a build with TIDINGS_FAILPOINTS=1"),
        arguments: ["after-produce", "after-offsets"])
    func transactionTimedOut(failpoint: String) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 71, payments: 20)
        try filler.write(installation.mixed(&traffic, 60))
        // The worker's thread waits while librdkafka's threads still send: the broker has to know of the
        // transaction before the process is frozen. On a busy machine it may have given it up before the
        // tool's answer comes.
        let worker = try installation.worker(slot: 0, failpoint: "\(failpoint):2:hang")
        eventually(within: .seconds(120), "\(worker.errors.suffix(2000))") {
            worker.errors.contains("failpoint reached")
        }
        try Self.waitForTransaction(in: ["Ongoing", "PrepareAbort", "CompleteAbort"], of: installation)
        worker.send(SIGSTOP)
        try Self.waitForTransaction(in: ["CompleteAbort"], of: installation)
        worker.send(SIGCONT)
        try installation.waitUntilDecided(by: [worker])
        #expect(worker.errors.contains("batch dropped; it is read again"), "\(worker.errors.suffix(3000))")
        #expect(worker.isRunning)
        try expectExactlyOnce(in: installation)
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0))
    }

    /// Waits until the coordinator has a transaction of the worker in one of these states.
    private static func waitForTransaction(in states: [String], of installation: Installation) throws {
        try eventually(within: .seconds(180), "no transaction is in a state of \(states)") {
            try ["a", "b"].contains { name in
                let answer = try installation.broker.runTool(
                    "kafka-transactions.sh",
                    ["describe", "--transactional-id", "\(installation.group)-0-0-\(name)"])
                return states.contains { answer.contains($0) }
            }
        }
    }
}
