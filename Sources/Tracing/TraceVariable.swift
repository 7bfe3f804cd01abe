// SPDX-License-Identifier: Apache-2.0

/// The environment variables of OpenTelemetry that are honoured. Any other is ignored.
public enum TraceVariable: String, Sendable, CaseIterable {
    case disabled = "OTEL_SDK_DISABLED"
    case serviceName = "OTEL_SERVICE_NAME"
    case resourceAttributes = "OTEL_RESOURCE_ATTRIBUTES"
    case sampler = "OTEL_TRACES_SAMPLER"
    case samplerArgument = "OTEL_TRACES_SAMPLER_ARG"
    case endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
    case tracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    case headers = "OTEL_EXPORTER_OTLP_HEADERS"
    case tracesHeaders = "OTEL_EXPORTER_OTLP_TRACES_HEADERS"
    case timeout = "OTEL_EXPORTER_OTLP_TIMEOUT"
    case tracesTimeout = "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"
    case certificate = "OTEL_EXPORTER_OTLP_CERTIFICATE"
    case tracesCertificate = "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"
    case protocolName = "OTEL_EXPORTER_OTLP_PROTOCOL"
    case tracesProtocolName = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
}

/// A variable's value cannot be used. Never quotes it: headers hold credentials.
public struct TraceVariableRefused: Error, Equatable, Sendable, CustomStringConvertible {
    public let variable: TraceVariable
    /// Continues "the value of …".
    let clause: String

    init(_ variable: TraceVariable, _ clause: String) {
        self.variable = variable
        self.clause = clause
    }

    public var description: String { "\(variable.rawValue) \(clause)" }
}
