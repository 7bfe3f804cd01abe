import Foundation
import Glibc
import TestSupport
import Testing

/// A worker that stands still with a transaction open until the coordinator has given the transaction up.
@Suite("A frozen worker", .serialized, .needsBrokerOfItsOwn)
struct FrozenWorkerTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"

    @Test(
        "goes on when it is continued, and publishes everything once",
        .enabled(if: hasFailpoints, "needs a build with TIDINGS_FAILPOINTS=1"),
        // Only the offsets are sent before their call returns. Records may still be in librdkafka's queue,
        // and then the broker knows of no transaction that it could abort.
        arguments: ["after-offsets"])
    func transactionTimedOut(failpoint: String) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 71, payments: 20)
        try filler.write(installation.mixed(&traffic, 60))
        let worker = try installation.worker(slot: 0, failpoint: "\(failpoint):2")
        eventually(within: .seconds(120), "\(worker.errors.suffix(2000))") {
            worker.errors.contains("failpoint reached")
        }
        try eventually(within: .seconds(180), "the coordinator does not abort the transaction") {
            try ["a", "b"].contains { name in
                try installation.broker.runTool(
                    "kafka-transactions.sh",
                    ["describe", "--transactional-id", "\(installation.group)-0-0-\(name)"]
                ).contains("CompleteAbort")
            }
        }
        worker.send(SIGCONT)
        try installation.waitUntilDecided(by: [worker])
        #expect(worker.errors.contains("batch dropped; it is read again"), "\(worker.errors.suffix(3000))")
        #expect(worker.isRunning)
        try expectExactlyOnce(in: installation)
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0))
    }
}
