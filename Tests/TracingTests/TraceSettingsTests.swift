// SPDX-License-Identifier: Apache-2.0
import Foundation
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite("Trace settings")
struct TraceSettingsTests {
    private static let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"]

    private func settings(_ environment: [String: String]) throws -> TraceSettings? {
        try TraceSettings(environment, service: "tidings-test", version: "1.2.3")
    }

    @Test("tracing is off without an endpoint, and where it is disabled")
    func off() throws {
        #expect(try settings([:]) == nil)
        #expect(try settings(["OTEL_EXPORTER_OTLP_ENDPOINT": "", "OTEL_TRACES_SAMPLER": "always_on"]) == nil)
        #expect(try settings(Self.endpoint.merging(["OTEL_SDK_DISABLED": "TRUE"]) { $1 }) == nil)
        #expect(try settings(Self.endpoint) != nil)
    }

    @Test("no trace begins here unless a sampler is named, and a caller's decision is followed")
    func standardSampler() throws {
        #expect(try settings(Self.endpoint)?.sampler == TraceSampler(ratio: 0, isParentBased: true))
        let named = ["OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.5"]
        #expect(
            try settings(Self.endpoint.merging(named) { $1 })?.sampler
                == TraceSampler(ratio: 0.5, isParentBased: false))
    }

    @Test(
        "a value that cannot be used is refused by the variable's name, and never quoted",
        arguments: [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://secret"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "secret"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc-secret"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf-secret"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret"), ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=%zzsecret"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "secret"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0"),
            ("OTEL_TRACES_SAMPLER", "secret"), ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
            ("OTEL_RESOURCE_ATTRIBUTES", "=secret"),
        ])
    func refused(variable: String, value: String) throws {
        let environment = Self.endpoint.merging([variable: value]) { $1 }
        let error = try #require(throws: TraceVariableRefused.self) { try settings(environment) }
        #expect(error.variable.rawValue == variable)
        #expect(!"\(error)".contains("secret"))
    }

    @Test("the page of traces lists exactly the variables that are honoured")
    func documented() throws {
        let page = try String(contentsOf: Repository.file("deploy/docs/tracing.md"), encoding: .utf8)
        let listed = Set(page.matches(of: /`(OTEL_[A-Z_]+)`/).map { String($0.1) })
        #expect(listed == Set(TraceVariable.allCases.map(\.rawValue)))
    }
}
