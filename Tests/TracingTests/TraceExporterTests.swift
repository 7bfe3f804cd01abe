// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite("Trace exporter")
struct TraceExporterTests {
    private static let check = OutsideTool(
        "Tests/Reference/check_traces.py", modules: ["opentelemetry", "google.protobuf"])

    private func exporter(
        to server: ScriptedServer, _ environment: [String: String] = [:], metrics: MetricsRegistry = .init()
    ) throws -> TraceExporter {
        let all = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(server.port)",
            "OTEL_TRACES_SAMPLER": "always_on",
        ].merging(environment) { $1 }
        metrics.declare(TraceExporter.metricFamilies)
        let settings = try #require(try TraceSettings(all, service: "tidings-test", version: "1.2.3"))
        return TraceExporter(settings, version: "1.2.3", log: .silent, metrics: metrics)
    }

    @Test("OpenTelemetry's own messages read what is sent", .needs(check))
    func decoded() throws {
        let server = try ScriptedServer { _, _ in .json("{}") }
        let exporter = try exporter(
            to: server,
            ["OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test%20one,service.name=other"])
        var span = try #require(exporter.tracer.begin("callbacks receive", .server, parent: nil))
        span.set("http.response.status_code", .integer(503))
        span.set("odd", .text("quote \" backslash \\ line\nend ${x}"))
        span.fail()
        let child = exporter.tracer.begin("payments.callbacks.v1 send", .producer, in: span)
        let linked = exporter.tracer.beginLinked(
            "payments.callbacks.v1 process", .consumer, to: [child.context], at: TraceSpan.now)
        for ended in [child, span, linked] { exporter.tracer.end(ended) }
        exporter.start()
        exporter.stop(within: .seconds(60))
        #expect(server.requests.map(\.path) == ["/v1/traces"])
        let folder = try TemporaryDirectory()
        try Data(try #require(server.requests.first).body).write(to: folder.file("request.json"))
        let (ending, output) = try Self.check.run([folder.file("request.json").path])
        #expect(ending == .exit(0), "\(output)")
        let lines = output.split(separator: "\n").map(String.init)
        #expect(
            lines.filter { !$0.hasPrefix("span") } == [
                "resource deployment.environment=test one", "resource service.name=other",
                "resource service.version=1.2.3", "scope tidings 1.2.3",
            ])
        #expect(
            lines.contains { $0.contains("callbacks receive SERVER error http.response.status_code=503") })
        #expect(lines.contains { $0.contains("payments.callbacks.v1 send PRODUCER child") })
        #expect(lines.contains { $0.contains("payments.callbacks.v1 process CONSUMER links=1") })
    }

    @Test("headers are sent, the traces' own before the general ones")
    func headers() throws {
        let server = try ScriptedServer { _, _ in .json("{}") }
        let exporter = try exporter(
            to: server,
            [
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:\(server.port)/own/path",
                "OTEL_EXPORTER_OTLP_HEADERS": "x-one=general,x-two=two%3D2",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS": "X-One=own",
            ])
        exporter.tracer.end(try #require(exporter.tracer.begin("x", .server, parent: nil)))
        exporter.start()
        exporter.stop(within: .seconds(60))
        let request = try #require(server.requests.first)
        #expect(request.path == "/own/path")
        #expect(request.fields.contains("X-One: own") && request.fields.contains("x-two: two=2"))
        #expect(!request.fields.contains { $0.contains("general") })
    }

    @Test("spans that a collector refuses, or that are not taken, are dropped and counted")
    func refused() throws {
        let metrics = MetricsRegistry()
        let server = try ScriptedServer { _, _ in .json("{}", status: 400) }
        let exporter = try exporter(to: server, metrics: metrics)
        for _ in 0..<3000 {
            exporter.tracer.end(try #require(exporter.tracer.begin("x", .server, parent: nil)))
        }
        exporter.start()
        exporter.stop(within: .seconds(60))
        let text = String(decoding: metrics.text(), as: UTF8.self)
        #expect(text.contains("tidings_trace_spans_dropped_total{reason=\"queue\"} 952"))
        #expect(text.contains("tidings_trace_spans_dropped_total{reason=\"export\"} "))
        #expect(text.contains("tidings_trace_spans_exported_total 0"))
    }

    @Test("a collector that does not answer does not delay the end of a span")
    func silent() throws {
        let server = try ScriptedServer { _, _ in .silence }
        let exporter = try exporter(to: server, ["OTEL_EXPORTER_OTLP_TIMEOUT": "600000"])
        exporter.start()
        exporter.tracer.end(try #require(exporter.tracer.begin("x", .server, parent: nil)))
        eventually { server.requests.count == 1 }
        // The exporter's thread waits for the answer now.
        for _ in 0..<10_000 {
            exporter.tracer.end(try #require(exporter.tracer.begin("x", .server, parent: nil)))
        }
        exporter.stop(within: .milliseconds(1))
        #expect(server.requests.count == 1)
    }
}
