/// The values of all settings of one run, checked: `settings[WorkerSettings.slot]`.
public struct Settings: Sendable {
    /// Where a value came from.
    public enum Origin: Sendable, Equatable, CustomStringConvertible {
        /// Nobody told one.
        case fallback
        /// The configuration file, on this line.
        case file(String, line: Int)
        /// The environment variable of this name.
        case environment(String)
        /// The flag of this name.
        case flag(String)

        /// As it is told to a person.
        public var description: String {
            switch self {
            case .fallback: "default"
            case .file(let file, let line): "\(file):\(line)"
            case .environment(let name): name
            case .flag(let name): name
            }
        }
    }

    struct Entry: Sendable {
        let row: SettingRow
        let text: String
        let value: any Sendable
        let origin: Origin
    }

    var entries: [String: Entry] = [:]
    /// Variables that begin as ours do and are none: worth a warning, since each may be a misspelling.
    public internal(set) var unknownVariables: [String] = []

    /// The value of a setting that the running command lists.
    public subscript<Value>(_ setting: Setting<Value>) -> Value {
        guard let entry = entries[setting.row.name] else {
            preconditionFailure("\(setting.row.name) is not listed by the command that reads it")
        }
        guard let value = entry.value as? Value else {
            preconditionFailure("\(setting.row.name) stands twice in the table, with two types")
        }
        return value
    }

    /// Where the value came from.
    public func origin<Value>(of setting: Setting<Value>) -> Origin {
        entries[setting.row.name]?.origin ?? .fallback
    }

    /// Whether somebody told a value, rather than nobody or the default.
    public func isGiven<Value>(_ setting: Setting<Value>) -> Bool {
        origin(of: setting) != .fallback
    }

    /// An error about a value that is well-formed and still cannot be used, told with its place.
    ///
    /// - Parameter clause: continues "the value of … ", such as "is greater than memory.head_retention".
    public func refusal<Value>(of setting: Setting<Value>, _ clause: String) -> ConfigurationError {
        ConfigurationError([Self.problem(setting.row, origin(of: setting), clause)])
    }

    static func problem(_ row: SettingRow, _ origin: Origin, _ clause: String) -> ConfigurationError.Problem {
        switch origin {
        case .fallback: .init("\(row.name) \(clause)")
        case .file(let file, let line): .init("\(row.name) \(clause)", file: file, line: line)
        case .environment(let name), .flag(let name): .init("\(name) \(clause)")
        }
    }
}
