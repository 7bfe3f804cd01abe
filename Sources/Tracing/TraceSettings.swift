// SPDX-License-Identifier: Apache-2.0
public import Telemetry
internal import WebClient

/// Where spans are sent and which are recorded, as the environment says.
public struct TraceSettings: Sendable {
    let endpoint: WebAddress
    let headers: [WebRequest.Field]
    let timeout: Duration
    /// PEM; nil for the system's authorities.
    let authorityFile: String?
    /// Of the process: `service.name` first.
    let resource: [(name: String, value: String)]
    public let sampler: TraceSampler

    /// Nil where tracing is off: without an endpoint, or disabled.
    ///
    /// - Parameters:
    ///   - service: `service.name` where the environment names none.
    ///   - version: `service.version`.
    public init?(
        _ environment: [String: String], service: String, version: String
    ) throws(TraceVariableRefused) {
        let variables = TraceVariables(environment)
        if variables[.disabled]?.lowercased() == "true" { return nil }
        guard let endpoint = try variables.endpoint() else { return nil }
        for variable in [TraceVariable.protocolName, .tracesProtocolName] {
            if let name = variables[variable], name != "http/json" {
                throw .init(variable, "is not http/json, the one protocol that spans are sent by")
            }
        }
        self.endpoint = endpoint
        headers = try variables.headers()
        timeout = try variables.timeout()
        authorityFile = variables.first(.tracesCertificate, .certificate)?.text
        var resource = try variables.pairs(.resourceAttributes)
        let name = variables[.serviceName] ?? resource.last { $0.name == "service.name" }?.value ?? service
        resource.removeAll { $0.name == "service.name" }
        if !resource.contains(where: { $0.name == "service.version" }) {
            resource.append(("service.version", version))
        }
        self.resource = [("service.name", name)] + resource
        sampler = try variables.sampler()
    }
}

/// The variables of one process; an empty one counts as absent, as the specification says.
private struct TraceVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    subscript(variable: TraceVariable) -> String? {
        environment[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 }
    }

    func first(_ variables: TraceVariable...) -> (variable: TraceVariable, text: String)? {
        for variable in variables { if let text = self[variable] { return (variable, text) } }
        return nil
    }

    /// The address for traces as it is, or the general one with the path of traces.
    func endpoint() throws(TraceVariableRefused) -> WebAddress? {
        guard let (variable, text) = first(.tracesEndpoint, .endpoint) else { return nil }
        do throws(WebAddress.Malformed) {
            let address = try WebAddress(text)
            return variable == .tracesEndpoint ? address : try WebAddress(address.appending("/v1/traces"))
        } catch {
            throw .init(variable, error.description)
        }
    }

    func headers() throws(TraceVariableRefused) -> [WebRequest.Field] {
        let own = try pairs(.tracesHeaders)
        let all = try pairs(.headers).filter { general in
            !own.contains { $0.name.lowercased() == general.name.lowercased() }
        }
        return (all + own).map { WebRequest.Field($0.name, $0.value) }
    }

    func timeout() throws(TraceVariableRefused) -> Duration {
        guard let (variable, text) = first(.tracesTimeout, .timeout) else { return .seconds(10) }
        guard let milliseconds = Int(text), (1...600_000).contains(milliseconds) else {
            throw .init(variable, "is not a number of milliseconds from 1 to 600000")
        }
        return .milliseconds(milliseconds)
    }

    func sampler() throws(TraceVariableRefused) -> TraceSampler {
        let ratio = try ratio()
        guard let name = self[.sampler] else { return TraceSampler(ratio: 0, isParentBased: true) }
        guard let sampler = TraceSampler(named: name, ratio: ratio) else {
            throw .init(
                .sampler,
                "is not one of always_on, always_off, traceidratio, parentbased_always_on, "
                    + "parentbased_always_off, parentbased_traceidratio")
        }
        return sampler
    }

    private func ratio() throws(TraceVariableRefused) -> Double {
        guard let text = self[.samplerArgument] else { return 1 }
        guard let ratio = Double(text), (0...1).contains(ratio) else {
            throw .init(.samplerArgument, "is not a number from 0 to 1")
        }
        return ratio
    }

    /// `name=value` pairs separated by commas, values percent-encoded.
    func pairs(_ variable: TraceVariable) throws(TraceVariableRefused) -> [(name: String, value: String)] {
        guard let text = self[variable] else { return [] }
        var pairs: [(name: String, value: String)] = []
        for element in text.split(separator: ",") {
            guard let equals = element.firstIndex(of: "="),
                let value = Self.decoded(element[element.index(after: equals)...])
            else { throw .init(variable, "is not of the form name=value,name=value") }
            let name = element[..<equals].filter { $0 != " " }
            guard !name.isEmpty else { throw .init(variable, "has a value without a name") }
            pairs.append((name, value))
        }
        return pairs
    }

    /// Without percent escapes and white space at both ends; nil where an escape is malformed.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { return nil }
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        let trimmed = decoded.drop(while: isBlank)
        return String(String(trimmed.reversed().drop(while: isBlank)).reversed())
    }
}
