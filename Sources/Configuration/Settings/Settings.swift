// SPDX-License-Identifier: Apache-2.0

/// The values of all settings of one run, checked: `settings[WorkerSettings.slot]`.
public struct Settings: Sendable {
    /// Where a value came from.
    public enum Origin: Sendable, Equatable, CustomStringConvertible {
        /// None was given.
        case fallback
        /// The configuration file, on this line.
        case file(String, line: Int)
        /// The environment variable of this name.
        case environment(String)
        /// The flag of this name.
        case flag(String)

        /// As it is printed.
        public var description: String {
            switch self {
            case .fallback: "default"
            case .file(let file, let line): "\(file):\(line)"
            case .environment(let name), .flag(let name): name
            }
        }
    }

    struct Entry: Sendable {
        let row: SettingRow
        let text: String
        let value: any Sendable
        let origin: Origin
        /// Of a mapping in the file: the line of each key.
        var lines: [String: Int] = [:]
    }

    var entries: [String: Entry] = [:]
    /// Whether a configuration that names no brokers is complete.
    private(set) var assumesBrokers = false
    /// Variables that begin as ours do and are not: worth a warning, since each may be a misspelling.
    public internal(set) var unknownVariables: [String] = []

    /// The same for a look at a configuration: one that names no brokers is complete.
    public var assumingBrokers: Settings {
        var settings = self
        settings.assumesBrokers = true
        return settings
    }

    /// The value of a setting that the running command lists.
    public subscript<Value>(_ setting: Setting<Value>) -> Value {
        guard let entry = entries[setting.row.name] else {
            preconditionFailure("\(setting.row.name) is not listed by the command that reads it")
        }
        guard let value = entry.value as? Value else {
            preconditionFailure("\(setting.row.name) is in the table twice, with two types")
        }
        return value
    }

    /// Where the value came from.
    public func origin<Value>(of setting: Setting<Value>) -> Origin {
        entries[setting.row.name]?.origin ?? .fallback
    }

    /// Whether a value was given, rather than the default used.
    public func isGiven<Value>(_ setting: Setting<Value>) -> Bool {
        origin(of: setting) != .fallback
    }

    /// An error about a value that is well-formed and still cannot be used, with its file and line.
    ///
    /// - Parameter clause: continues "the value of … ", such as "is greater than
    ///   deduplication.summary_retention".
    public func refusal<Value>(of setting: Setting<Value>, _ clause: String) -> ConfigurationError {
        ConfigurationError([problem(at: setting, clause)])
    }

    func problem<Value>(at setting: Setting<Value>, _ clause: String) -> ConfigurationError.Problem {
        Self.problem(setting.row, origin(of: setting), clause)
    }

    /// The value, if the running command lists the setting.
    func value<Value>(_ setting: Setting<Value>) -> Value? {
        entries[setting.row.name] == nil ? nil : self[setting]
    }

    /// The line of a key of a mapping in the file.
    func line<Value>(of key: String, in setting: Setting<Value>) -> Int? {
        entries[setting.row.name]?.lines[key]
    }

    /// The value as it was written.
    func text<Value>(_ setting: Setting<Value>) -> String { entries[setting.row.name]?.text ?? "" }

    static func problem(_ row: SettingRow, _ origin: Origin, _ clause: String) -> ConfigurationError.Problem {
        switch origin {
        case .fallback: .init("\(row.name) \(clause)")
        case .file(let file, let line): .init("\(row.name) \(clause)", file: file, line: line)
        case .environment(let name), .flag(let name): .init("\(name) \(clause)")
        }
    }
}
