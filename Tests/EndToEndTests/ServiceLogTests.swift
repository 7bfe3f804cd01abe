// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// What every line of a service's log has, and what a start writes.
@Suite("The log of a service", .serialized, .needsBroker)
struct ServiceLogTests {
    private static func lines(of process: ChildProcess) throws -> [[String: Any]] {
        try process.errors.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        }
    }

    private static func stop(_ process: ChildProcess) {
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(120)) == .exit(0), "\(process.errors.suffix(2000))")
    }

    @Test(
        "each line names the service and the thread, and a worker's the slot; a start reports each fact once")
    func fields() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let port = try freePort()
        let ingress = try installation.tidings([
            "ingress", "--ingress-address", "127.0.0.1:\(port)", "--log-level", "debug",
        ])
        let worker = try WatchedWorker(installation, slot: 7, flags: ["--log-level", "debug"])
        let platform = Platform()
        let body = Traffic.body("logged", 1, "success", Int64(time(nil)) - 60, "r1")
        #expect(platform.post(try platform.sign(body), to: port) == 200)
        #expect(platform.post("{}", to: port) == 400)
        worker.waitUntilReady()
        try installation.waitUntilDecided(by: [worker.process])
        Self.stop(ingress)
        Self.stop(worker.process)

        var threads: Set<String> = []
        for (process, service) in [(ingress, "ingress"), (worker.process, "worker")] {
            let lines = try Self.lines(of: process)
            #expect(lines.count > 5)
            for line in lines {
                #expect(line["service"] as? String == service, "\(line)")
                #expect((line["slot"] as? String) == (service == "worker" ? "7" : nil), "\(line)")
                let thread = line["thread"] as? String ?? ""
                #expect(!thread.isEmpty, "\(line)")
                threads.insert(thread)
            }
        }
        #expect(threads.contains("worker-0") && threads.count > 3, "\(threads)")
        // A start in development reports what production would refuse, in one line.
        let warnings = try Self.lines(of: worker.process).filter {
            ($0["message"] as? String)?.hasPrefix("topics are not fit for production") == true
        }
        #expect(warnings.count == 1)
        let reasons = warnings.first?["reasons"] as? String ?? ""
        for topic in Topic.allCases {
            #expect(reasons.contains(installation.topics[topic]), "\(reasons)")
        }
    }
}
