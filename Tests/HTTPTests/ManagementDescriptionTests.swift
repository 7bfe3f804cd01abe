// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import Telemetry
import TestSupport
import Testing

/// The management port against its description in `schemas/openapi.yaml`, by schemathesis.
@Suite("The description of the management port")
struct ManagementDescriptionTests {
    private static let tool = OutsideTool(
        "Tests/Reference/check_ingress.py", modules: ["schemathesis", "openapi_spec_validator", "yaml"])
    private static let document = Repository.file("schemas/openapi.yaml").path
    private static let seed = ProcessInfo.processInfo.environment["TIDINGS_TEST_SEED"] ?? "20240712"

    @Test(
        "each answer is as described, of a process that is ready and of one that is not", .needs(tool),
        arguments: [true, false])
    func described(isReady: Bool) throws {
        let (ending, output) = try Self.drive(Self.document, isReady: isReady)
        #expect(ending == .exit(0), "\(output)")
        let answered = isReady ? [("livez", 200), ("readyz", 200)] : [("livez", 503), ("readyz", 503)]
        for (page, status) in answered + [("metrics", 200), ("version", 200), ("version", 405)] {
            #expect(output.contains("/\(page): \(status) "), "\(page) \(status): \(output)")
        }
    }

    @Test(
        "an answer that differs from the description is found", .needs(tool),
        arguments: [
            ("not alive\\n", "dead\\n"), ("'^# HELP '", "'^# TYPE '"),
            ("required: [tidings, librdkafka]", "required: [tidings, kafka]"),
            ("const: false", "const: true"),
        ])
    func tampered(text: String, wrong: String) throws {
        let folder = try TemporaryDirectory()
        let document = try String(contentsOfFile: Self.document, encoding: .utf8)
        try #require(document.contains(text))
        let file = folder.file("openapi.yaml")
        try document.replacing(text, with: wrong).write(to: file, atomically: true, encoding: .utf8)
        let (ending, output) = try Self.drive(file.path, isReady: false)
        #expect(ending == .exit(1), "\(output)")
    }

    private static func drive(
        _ document: String, isReady: Bool
    ) throws -> (ending: ChildProcess.Ending?, output: String) {
        let metrics = MetricsRegistry()
        let reasons = isReady ? [] : [Readiness.Obstacle("broker", "no broker answers")]
        let server = try ManagementServer(
            .init(
                isAlive: { isReady }, readiness: { Readiness(reasons) },
                versions: [("tidings", "1.2.3"), ("librdkafka", "2.0.2")]),
            log: .silent, metrics: metrics)
        try server.start(on: BindAddress(host: "127.0.0.1", port: 0))
        defer { server.stop() }
        let tests = MetricFamily.counter("tidings_tests_total", "Tests.")
        metrics.declare([tests])
        metrics.counter(tests).add(1)
        return try tool.run(
            ["manage", document, "http://127.0.0.1:\(server.port)", seed], within: .seconds(300))
    }
}
