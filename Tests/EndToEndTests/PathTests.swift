// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// The whole path with processes of their own on a real broker: posted to one ingress, reported once by
/// whichever worker.
@Suite("The path of a callback", .serialized, .needsBroker)
struct PathTests {
    @Test("what is posted to any ingress comes out as one event, whichever worker owns its partition")
    func posted() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 4)
        let ports = [try freePort(), try freePort()]
        let ingresses = try ports.map { try installation.ingress(port: $0) }
        let workers = try [0, 1].map { try installation.worker(slot: $0) }
        let platform = Platform()
        let now = Int64(Date().timeIntervalSince1970)

        for number in 0..<40 {
            let text = Traffic.body("order-\(number)", number, "success", now - 60, "r1")
            // Twice, to two processes: the second is a repeat wherever it arrives.
            for port in ports { #expect(platform.post(try platform.sign(text), to: port) == 200) }
        }
        let unsigned = Traffic.body("order-1", 1, "success", now, "r1")
        #expect(platform.post(unsigned, to: ports[0]) == 403)
        try installation.waitUntilDecided(by: workers)

        let found = try expectExactlyOnce(in: installation)
        #expect(found.expected.account == [.advance: 40, .duplicate: 40])
        for process in ingresses + workers {
            process.send(SIGTERM)
            #expect(process.waitForEnd(within: .seconds(120)) == .exit(0), "\(process.errors.suffix(2000))")
        }
    }

    @Test("a worker set to Protocol Buffers writes them, byte for byte, and the audit reads them")
    func protobuf() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2, encoding: .protobuf)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 3, payments: 20)
        try filler.write(traffic.next(200))
        let worker = try installation.worker(slot: 0)
        try installation.waitUntilDecided()
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")

        try expectExactlyOnce(in: installation)
        let events = try readAll(installation.topics[.status], at: installation.broker.bootstrapServers)
        #expect(events.allSatisfy { $0.header("content-type") == "application/protobuf" })
    }
}
