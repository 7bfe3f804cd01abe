// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// What a sender writes into a callback, and every secret, is in the payload topics and nowhere else.
@Suite("Redaction", .serialized, .needsBroker)
struct RedactionTests {
    private static let count = ProcessInfo.processInfo.environment["TIDINGS_FULL"] == "1" ? 10_000 : 1000

    @Test("no canary of any callback is in a log, metric, trace, dead letter's header or crash report")
    func canaries() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let ports = (callbacks: try freePort(), ingress: try freePort(), worker: try freePort())
        let collector = try ScriptedServer { _, _ in .json("{}") }
        let tracing = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_TRACES_SAMPLER": "always_on",
        ]
        let ingress = try installation.tidings(
            [
                "ingress", "--ingress-address", "127.0.0.1:\(ports.callbacks)", "--management-address",
                "127.0.0.1:\(ports.ingress)", "--log-level", "debug", "--ingress-unverified-rate", "0",
            ], tracing)
        let worker = try installation.worker(
            slot: 0, environment: tracing, flags: ["--log-level", "debug"], management: ports.worker)
        let statuses = try post(to: ports.callbacks)
        #expect(Set(statuses.keys).isSuperset(of: [200, 400, 403]), "\(statuses)")
        try writeUnreadable(to: installation)
        try installation.waitUntilDecided(by: [worker])
        expectNoneInTraces(at: collector)

        for (process, port) in [(ingress, ports.ingress), (worker, ports.worker)] {
            for path in ["/metrics", "/readyz", "/version", "/\(Canaries.word)"] {
                let connection = try RawHTTP(port: port)
                connection.get(path)
                expectNone(in: try #require(connection.answer()).text, "\(path) of \(port)")
            }
            // With bodies and secrets in memory.
            process.send(SIGSEGV)
            eventually("no crash report") { process.errors.contains("Backtrace took") }
            process.kill()
            #expect(process.errors.contains("starting"))
            expectNone(in: process.output, "standard output")
            expectNone(in: process.errors, "log and crash report")
        }
        try expectNoneInHeaders(of: installation)
    }

    /// Posts them all; how many were answered with each status.
    private func post(to port: Int) throws -> [Int: Int] {
        var canaries = try Canaries(seed: 20)
        let kinds = Canaries.Kind.allCases
        var statuses: [Int: Int] = [:]
        eventually("the ingress does not accept") {
            Platform().postOnce("{}", to: port) != nil
        }
        for index in 0..<Self.count {
            let kind = kinds[index % kinds.count]
            let body = try canaries.next(index, kind)
            let connection = try RawHTTP(port: port)
            let path = index % 7 == 0 ? "/\(Canaries.word)/callbacks" : "/callbacks"
            connection.post(
                path, body,
                headers: [
                    ("X-Forwarded-For", Canaries.word), ("User-Agent", Canaries.word),
                    ("Authorization", "Bearer \(Canaries.word)"), (Canaries.word, "\(Canaries.number)"),
                    ("traceparent", Canaries.word),
                ])
            statuses[try #require(connection.answer(), "\(kind)").status, default: 0] += 1
        }
        return statuses
    }

    /// Records of another writer, which become dead letters.
    private func writeUnreadable(to installation: Installation) throws {
        var canaries = try Canaries(seed: 21)
        let bodies = try (0..<40).map { index in
            let body = try canaries.next(index, index.isMultiple(of: 2) ? .malformed : .binary)
            return (payment: "\(Canaries.word)-\(index)", body: String(decoding: body, as: UTF8.self))
        }
        try LogFiller(installation).write(bodies)
    }

    private func expectNone(in text: String, _ place: String) {
        for canary in [Canaries.word, "\(Canaries.number)", Installation.secret] {
            guard let range = text.range(of: canary) else { continue }
            let start = text.index(range.lowerBound, offsetBy: -200, limitedBy: text.startIndex)
            Issue.record("\(place): …\(text[(start ?? text.startIndex)..<range.upperBound])")
        }
    }

    /// What the collector was sent, of both services and of accepted and refused callbacks.
    private func expectNoneInTraces(at collector: ScriptedServer) {
        let topic = "\(Topic.callbacks.baseName) "
        let statuses = [200, 400, 403].map { "\"\($0)\"" }
        for part in ["callbacks receive", "\(topic)send", "\(topic)process"] + statuses {
            eventually("no span contains \(part)") {
                collector.requests.contains { $0.text.contains(part) }
            }
        }
        for request in collector.requests {
            expectNone(in: request.text, "a trace")
            expectNone(in: "\(request.path) \(request.fields)", "the head of a request to the collector")
        }
    }

    private func expectNoneInHeaders(of installation: Installation) throws {
        for topic in [Topic.deadLetter, .review] {
            let records = try readAll(installation.topics[topic], at: installation.broker.bootstrapServers)
            #expect(records.count >= 40, "\(topic)")
            for header in records.flatMap(\.headers) {
                let value = header.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
                expectNone(in: "\(header.name): \(value)", "a header on \(topic)")
            }
        }
    }
}
