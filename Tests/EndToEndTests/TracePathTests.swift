// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// The trace of a callback through processes on a real broker, read by OpenTelemetry's own messages.
@Suite("Traces from a callback to its event", .serialized, .needsBroker)
struct TracePathTests {
    private static let check = OutsideTool(
        "Tests/Reference/check_traces.py", modules: ["opentelemetry", "google.protobuf"])
    private static let traceID = "0af7651916cd43dd8448eb211c80319c"
    private static let sender = "00-\(traceID)-b7ad6b7169203331-01"
    private static let trusted = ["--ingress-trusted-proxies", "127.0.0.1/32"]

    private let collector: ScriptedServer
    private let installation: Installation

    init() throws {
        collector = try ScriptedServer { _, _ in .json("{}") }
        installation = try Installation(on: try Broker.shared(), partitions: 1)
    }

    private var endpoint: [String: String] { ["OTEL_EXPORTER_OTLP_ENDPOINT": collector.url] }

    private func ingress(
        port: Int, _ flags: [String], _ environment: [String: String]
    ) throws -> ChildProcess {
        try installation.tidings(
            ["ingress", "--ingress-address", "127.0.0.1:\(port)"] + flags,
            endpoint.merging(environment) { $1 })
    }

    /// Posts a callback with the sender's trace until Kafka is reached.
    private func post(_ number: Int, to port: Int, by process: ChildProcess) throws {
        let now = Int64(Date().timeIntervalSince1970)
        let text = Traffic.body("traced-\(number)", number, "success", now - 60, "r1")
        let body = Array(try Platform().sign(text).utf8)
        var status: Int?
        eventually(within: .seconds(240), "\(process.errors.suffix(2000))") {
            guard let connection = try? RawHTTP(port: port) else { return false }
            connection.post("/callbacks", body, headers: [("traceparent", Self.sender)])
            status = connection.answer()?.status
            return status != nil && status != 503
        }
        #expect(status == 200)
    }

    private func stop(_ process: ChildProcess) {
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(120)) == .exit(0), "\(process.errors.suffix(2000))")
    }

    /// What the collector got, a line for each fact.
    private func spans() throws -> [String] {
        let folder = try TemporaryDirectory()
        var files: [String] = []
        for (index, request) in collector.requests.enumerated() {
            let file = folder.file("\(index).json")
            try Data(request.body).write(to: file)
            files.append(file.path)
        }
        let (ending, output) = try Self.check.run(files)
        try #require(ending == .exit(0), "\(output)")
        return output.split(separator: "\n").map(String.init).filter { $0.hasPrefix("span ") }
    }

    private func callbacks() throws -> [ReadRecord] {
        try readAll(installation.topics[.callbacks], at: installation.broker.bootstrapServers)
    }

    @Test(
        "a proxy's trace goes on in the record and unchanged on the event, and the worker's span links to it",
        .needs(check))
    func path() throws {
        let port = try freePort()
        let ingress = try ingress(port: port, Self.trusted, [:])
        let worker = try installation.worker(slot: 0, environment: endpoint)
        try post(1, to: port, by: ingress)
        try installation.waitUntilDecided(by: [ingress, worker])
        stop(ingress)
        stop(worker)

        let context = try #require(try callbacks().first?.header("traceparent"))
        let parts = context.split(separator: "-")
        #expect(parts.count == 4 && parts[1] == Self.traceID && context != Self.sender)
        let events = try readAll(installation.topics[.status], at: installation.broker.bootstrapServers)
        #expect(events.map { $0.header("traceparent") } == [context])

        let spans = try spans()
        let send = try #require(spans.first { $0.hasPrefix("span \(parts[1]) \(parts[2]) ") })
        let topic = installation.topics[.callbacks]
        #expect(send.contains("\(topic) send PRODUCER child of "), "\(send)")
        #expect(send.contains("messaging.system=kafka"), "\(send)")
        #expect(send.contains("messaging.destination.name=\(topic)"), "\(send)")
        let parent = try #require(send.firstMatch(of: /child of ([0-9a-f]{16})/)).1
        let server = try #require(spans.first { $0.hasPrefix("span \(parts[1]) \(parent) ") })
        #expect(server.contains("callbacks receive SERVER child of b7ad6b7169203331"), "\(server)")
        #expect(server.contains("http.response.status_code=200"), "\(server)")

        let process = try #require(spans.first { $0.contains("\(topic) process CONSUMER") })
        #expect(!process.hasPrefix("span \(parts[1])") && !process.contains("child of"), "\(process)")
        #expect(process.contains("links=1 link:\(parts[1])-\(parts[2]) "), "\(process)")
        for attribute in [
            "messaging.system=kafka", "messaging.operation.type=process",
            "messaging.destination.name=\(topic)", "messaging.destination.partition.id=0",
            "messaging.consumer.group.name=\(installation.group)", "messaging.batch.message_count=1",
        ] {
            #expect(process.contains(attribute), "\(process)")
        }
    }

    @Test("a trace of anybody but a trusted proxy is not used, and one begins here only by the sampler")
    func untrusted() throws {
        let ports = [try freePort(), try freePort()]
        let off = try ingress(port: ports[0], [], [:])
        try post(1, to: ports[0], by: off)
        stop(off)
        #expect(try callbacks().map { $0.header("traceparent") } == [nil])
        #expect(collector.requests.isEmpty)

        let on = try ingress(port: ports[1], [], ["OTEL_TRACES_SAMPLER": "always_on"])
        try post(2, to: ports[1], by: on)
        stop(on)
        let context = try #require(try callbacks().compactMap { $0.header("traceparent") }.first)
        #expect(!context.contains(Self.traceID) && context.hasSuffix("-01"))
        #expect(!collector.requests.isEmpty)
        #expect(!collector.requests.contains { $0.text.contains(Self.traceID) })
    }

    @Test("with tracing disabled a trusted proxy's trace is in the record unchanged, and nothing is sent")
    func disabled() throws {
        let port = try freePort()
        let ingress = try ingress(port: port, Self.trusted, ["OTEL_SDK_DISABLED": "true"])
        try post(1, to: port, by: ingress)
        stop(ingress)
        #expect(try callbacks().map { $0.header("traceparent") } == [Self.sender])
        #expect(collector.requests.isEmpty)
    }

    @Test("a protocol other than http/json ends the start with the variable's name")
    func otherProtocol() throws {
        let refused = try ingress(
            port: try freePort(), [], ["OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"])
        #expect(refused.waitForEnd(within: .seconds(60)) == .exit(2))
        #expect(refused.errors.contains("OTEL_EXPORTER_OTLP_PROTOCOL"), "\(refused.errors)")
    }
}
