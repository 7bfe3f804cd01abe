// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Telemetry
import TestSupport
import Testing
import Tracing

/// Variables whose effect is seen only at a collector.
@Suite("Trace variables")
struct TraceVariableTests {
    private static let collector = OutsideTool("Tests/Reference/https_collector.py", modules: ["ssl"])

    /// Sends one span; what the metrics then say.
    private func send(_ environment: [String: String]) throws -> String {
        let metrics = MetricsRegistry()
        metrics.declare(TraceExporter.metricFamilies)
        let all = ["OTEL_TRACES_SAMPLER": "always_on"].merging(environment) { $1 }
        let settings = try #require(try TraceSettings(all, service: "tidings-test", version: "1.2.3"))
        let exporter = TraceExporter(settings, version: "1.2.3", log: .silent, metrics: metrics)
        exporter.tracer.end(try #require(exporter.tracer.begin("x", .server, parent: nil)))
        exporter.start()
        exporter.stop(within: .seconds(60))
        return String(decoding: metrics.text(), as: UTF8.self)
    }

    @Test("the service has the name of OTEL_SERVICE_NAME, before that of the resource's attributes")
    func serviceName() throws {
        let server = try ScriptedServer { _, _ in .json("{}") }
        let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": server.url]
        _ = try send(endpoint)
        let attribute = ["OTEL_RESOURCE_ATTRIBUTES": "service.name=second"]
        _ = try send(endpoint.merging(attribute) { $1 })
        _ = try send(endpoint.merging(attribute) { $1 }.merging(["OTEL_SERVICE_NAME": "first"]) { $1 })
        let names = try server.requests.map { request in
            let match = request.text.firstMatch(
                of: /\{"key":"service\.name","value":\{"stringValue":"([^"]*)"/)
            return String(try #require(match).1)
        }
        #expect(names == ["tidings-test", "second", "first"])
        #expect(server.requests.last?.text.contains("second") == false)
    }

    @Test(
        "a collector's certificate is verified by the authorities of the variable, the traces' own first",
        .needs(collector), .enabled(if: CertificateFolder.canMake, "needs openssl"))
    func certificate() throws {
        let (right, foreign) = (try CertificateFolder(), try CertificateFolder())
        try right.sign("collector")
        let port = try freePort()
        let server = try Self.collector.start([
            "\(port)", right.certificate("collector"), right.key("collector"),
        ])
        defer { server.kill() }
        eventually(within: .seconds(60), "\(server.errors)") { (try? RawHTTP(port: port)) != nil }
        let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "https://localhost:\(port)"]
        let general = "OTEL_EXPORTER_OTLP_CERTIFICATE"
        let own = "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"
        for (files, exported) in [
            ([:], 0), ([general: right.authority], 1), ([general: foreign.authority], 0),
            ([general: foreign.authority, own: right.authority], 1),
            ([general: right.authority, own: foreign.authority], 0),
        ] {
            let text = try send(endpoint.merging(files) { $1 })
            #expect(text.contains("tidings_trace_spans_exported_total \(exported)\n"), "\(files)")
        }
    }
}
