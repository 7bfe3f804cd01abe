// SPDX-License-Identifier: Apache-2.0
public import Kafka

extension Settings {
    /// How to reach the cluster; secrets are read from their files now. Everything that librdkafka, a
    /// guarantee or the profile refuses is refused with its file and line.
    ///
    /// - Parameters:
    ///   - client: completes the `client.id`, `tidings-…`, by which brokers name this process in quotas,
    ///     metrics and request logs; nil where the clients complete it themselves. An operator's own replaces
    ///     it.
    ///   - properties: what the command sets; an operator's own values take precedence.
    public func kafkaConfiguration(
        client: String?, properties: [(name: String, value: String)] = []
    ) throws(ConfigurationError) -> KafkaConfiguration {
        let given = try KafkaProperties(self).all
        var problems: [ConfigurationError.Problem] = []
        for property in given {
            if let refusal = KafkaConfiguration.refusal(property.name, property.value) {
                problems.append(property.problem("\(refusal)"))
            }
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        var configuration: KafkaConfiguration
        do throws(KafkaConfiguration.Refusal) {
            let brokers = assumesBrokers ? [(name: "bootstrap.servers", value: "localhost:9092")] : []
            configuration = try KafkaConfiguration(
                brokers + properties + given.map { ($0.name, $0.value) })
        } catch {
            throw ConfigurationError("\(error)", file: self[KafkaSettings.configFile])
        }
        if let client { configuration = configuration.identified(as: "tidings-\(client)") }
        let tokens = try tokenSource(isNeeded: configuration.security.needsToken)
        if let tokens { configuration = configuration.authenticated(by: tokens) }
        guard self[CommonSettings.profile] == .production else { return configuration }
        problems = configuration.security.faults.map { fault in
            let clause = "\(fault), which profile production refuses"
            return given.last { fault.properties.contains($0.name) }?.problem(clause) ?? .init(clause)
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return configuration
    }
}

/// The librdkafka properties of one run, in rising order of precedence: the properties file, the brokers, the
/// single properties and those whose values are in files.
private struct KafkaProperties {
    struct Property {
        let name: String
        let value: String
        /// Where it was given.
        let file: String?
        let line: Int?
        let source: String?

        func problem(_ message: String) -> ConfigurationError.Problem {
            .init(source.map { "\($0): \(message)" } ?? message, file: file, line: line)
        }
    }

    private(set) var all: [Property] = []

    init(_ settings: Settings) throws(ConfigurationError) {
        if let path = settings[KafkaSettings.configFile] {
            for line in try PropertiesFile.read(path) {
                all.append(
                    .init(name: line.name, value: line.value, file: path, line: line.line, source: nil))
            }
        }
        if let servers = settings[KafkaSettings.bootstrapServers] {
            all.append(Self.property("bootstrap.servers", servers, KafkaSettings.bootstrapServers, settings))
        }
        let single = settings[KafkaSettings.properties]
        for property in single {
            all.append(Self.property(property.name, property.text, KafkaSettings.properties, settings))
        }
        for property in settings[KafkaSettings.propertyFiles] {
            let setting = KafkaSettings.propertyFiles
            if single.contains(where: { $0.name == property.name }) {
                throw ConfigurationError([
                    Self.property(property.name, "", setting, settings)
                        .problem(
                            "\(property.name) is given twice, in kafka.property and in kafka.property_file")
                ])
            }
            let bytes = SecretFile.withoutLineEnd(try FileBytes.read(property.text, atMost: 1 << 20))
            guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
                throw ConfigurationError("contains no text for \(property.name)", file: property.text)
            }
            all.append(Self.property(property.name, text, setting, settings))
        }
    }

    private static func property<Value>(
        _ name: String, _ value: String, _ setting: Setting<Value>, _ settings: Settings
    ) -> Property {
        switch settings.origin(of: setting) {
        case .fallback: Property(name: name, value: value, file: nil, line: nil, source: nil)
        case .file(let file, let line):
            Property(
                name: name, value: value, file: file, line: settings.line(of: name, in: setting) ?? line,
                source: nil)
        case .environment(let source), .flag(let source):
            Property(name: name, value: value, file: nil, line: nil, source: source)
        }
    }
}
