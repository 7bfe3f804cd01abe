// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// A stop ends without a kill, whatever does not answer: a broker that hangs, or a call that hangs.
@Suite("Limits of a stop", .serialized, .needsBrokerOfItsOwn)
struct StopLimitTests {
    private static let hasFailpoints = ProcessInfo.processInfo.environment["TIDINGS_FAILPOINTS"] == "1"

    private static func expectEnd(_ process: ChildProcess, _ line: String) {
        #expect(
            process.waitForEnd(within: .seconds(180)) == .exit(0), "\(process.errors.suffix(3000))")
        #expect(process.errors.contains(line), "\(process.errors.suffix(3000))")
    }

    @Test(
        "a worker whose broker hangs during a commit ends without a kill, and nothing is lost or doubled",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"))
    func frozenBroker() throws {
        let broker = try Broker.start(hasControllerBeside: true)
        let installation = try Installation(on: broker, partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 61, payments: 5)
        try filler.write(traffic.next(60))
        let worker = try installation.worker(
            slot: 0, failpoint: "after-produce:1", flags: ["--worker-stop-deadline", "1s"])
        eventually(within: .seconds(180)) { worker.errors.contains("failpoint reached") }
        broker.pause()
        // It goes on into calls for the open transaction, which are not answered.
        worker.send(SIGCONT)
        worker.send(SIGTERM)
        Self.expectEnd(worker, "\"stopping\"")
        broker.resume()
        let next = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [next])
        next.send(SIGTERM)
        #expect(next.waitForEnd(within: .seconds(120)) == .exit(0))
        try expectExactlyOnce(in: installation)
    }

    @Test("a worker that waits for a broker that hangs ends without a kill")
    func frozenStart() throws {
        let broker = try Broker.start(hasControllerBeside: true)
        let installation = try Installation(on: broker, partitions: 1)
        broker.pause()
        let worker = try WatchedWorker(installation)
        try worker.waitUntilNotReady(because: "Kafka")
        worker.process.send(SIGTERM)
        Self.expectEnd(worker.process, "\"stopping\"")
        broker.resume()
    }

    @Test("an ingress whose broker hangs answers the held request 503 and ends")
    func heldRequest() throws {
        let broker = try Broker.start(hasControllerBeside: true)
        let installation = try Installation(on: broker, partitions: 1)
        let (port, management) = (try freePort(), try freePort())
        let ingress = try installation.tidings([
            "ingress", "--ingress-address", "127.0.0.1:\(port)", "--management-address",
            "127.0.0.1:\(management)", "--ingress-deadline", "30s", "--ingress-drain-deadline", "1s",
        ])
        let platform = Platform()
        let body = { (number: Int) in
            try platform.sign(
                Traffic.body("held-\(number)", number, "success", Int64(time(nil)) - 60, "r1"))
        }
        #expect(platform.post(try body(1), to: port) == 200)
        broker.pause()
        let client = try RawHTTP(port: port)
        client.post("/callbacks", Array(try body(2).utf8))
        eventually(within: .seconds(60), "no record waits for the broker") {
            let scrape = try? Scrape.first(of: management, by: ingress)
            return scrape?.value("tidings_kafka_queued_records", #"client="producer""#) ?? 0 > 0
        }
        ingress.send(SIGTERM)
        #expect(client.answer(within: .seconds(120))?.status == 503)
        Self.expectEnd(ingress, "\"stopped listening\"")
        broker.resume()
    }

    @Test(
        "a stop that hangs is ended at its limit, with the exit code of the stop and a log line",
        .enabled(if: hasFailpoints, "needs a build with failpoints: run deploy/test"),
        arguments: ["worker", "ingress"])
    func hanging(service: String) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let limits = [
            "worker": ["--worker-slot", "0", "--worker-verify", "never", "--worker-stop-deadline", "1s"],
            "ingress": [
                "--ingress-address", "127.0.0.1:\(try freePort())", "--ingress-drain-deadline", "100ms",
            ],
        ]
        let process = try installation.tidings(
            [service] + (limits[service] ?? []), ["TIDINGS_FAILPOINT": "during-stop:1:hang"])
        let sign = service == "worker" ? "restore ended" : "listening"
        eventually(within: .seconds(180), "\(process.errors.suffix(3000))") { process.errors.contains(sign) }
        process.send(SIGTERM)
        Self.expectEnd(process, "the stop took too long; ending the process")
    }
}
