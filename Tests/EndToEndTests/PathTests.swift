import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// The whole path with processes of their own on a real broker: posted to one ingress, told once by whichever worker.
@Suite("The path of a callback", .serialized, .needsBroker)
struct PathTests {
    @Test("what is posted to any ingress comes out as one event, whichever worker owns its partition")
    func posted() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 4)
        let ports = [try freePort(), try freePort()]
        let ingresses = try ports.map { try installation.ingress(port: $0) }
        let workers = try [0, 1].map { try installation.worker(slot: $0) }
        let now = Int64(Date().timeIntervalSince1970)

        for number in 0..<40 {
            let text = Traffic.body("order-\(number)", number, "success", now - 60, "r1")
            // Twice, to two processes: the second is a repeat wherever it arrives.
            for port in ports { #expect(try post(sign(text), to: port) == 200) }
        }
        #expect(try post(Traffic.body("order-1", 1, "success", now, "r1"), to: ports[0]) == 403)
        try installation.waitUntilDecided()

        try expectExactlyOnce(in: installation)
        let expected = try Expectation(installation)
        #expect(expected.account == [.advance: 40, .repeat: 40])
        for process in ingresses + workers {
            process.send(SIGTERM)
            #expect(process.waitForEnd(within: .seconds(30)) == .exit(0), "\(process.errors.suffix(2000))")
        }
    }

    @Test("a worker set to Protocol Buffers writes them, byte for byte, and the audit reads them")
    func protobuf() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 3, payments: 20)
        try filler.write(traffic.next(200))
        let worker = try installation.worker(slot: 0, encoding: .protobuf)
        try installation.waitUntilDecided()
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(30)) == .exit(0), "\(worker.errors.suffix(2000))")

        try expectExactlyOnce(in: installation, encoding: .protobuf)
        let events = try readAll(installation.topics[.status], at: installation.broker.bootstrapServers)
        #expect(events.allSatisfy { $0.header("content-type") == "application/protobuf" })
        let prove = try installation.tidings(
            ["prove", "--worker-group", installation.group, "--event-encoding", "protobuf"])
        #expect(prove.waitForEnd(within: .seconds(60)) == .exit(0), "\(prove.output)\(prove.errors)")
    }

    private func sign(_ text: String) throws -> String {
        var signer = Signer(secret: Array(Installation.secret.utf8))
        let body = Array(text.utf8)
        return String(decoding: try signer.sign(body.span.bytes), as: UTF8.self)
    }

    /// Asks again while nobody listens yet, or Kafka has not been reached yet, as the platform would.
    private func post(_ body: String, to port: Int) throws -> Int {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let status = (try? answer(to: body, from: port)) ?? 0
            if status != 0, status != 503 { return status }
            if ContinuousClock.now > deadline { return status }
            usleep(50_000)
        }
    }

    private func answer(to body: String, from port: Int) throws -> Int {
        let connection = try RawHTTP(port: port)
        connection.post("/callbacks", Array(body.utf8))
        return connection.answer()?.status ?? 0
    }
}
