public import Telemetry

/// Settings that every long-running command reads.
public enum CommonSettings {
    /// Where the file of settings is; nil when there is none.
    public static let configFile = Setting<String?>(
        "config.file", optional: .path("FILE"), sources: .environmentAndFlag,
        "a YAML file of settings; environment and flags go before it")
    /// The least level of a log line that is written.
    public static let logLevel = Setting<LogLevel>(
        "log.level", .choice, default: "info", "the least level of log lines on standard error")
    /// How log lines look.
    public static let logFormat = Setting<LogStyle>(
        "log.format", .choice, default: "auto",
        "how log lines look; auto is readable on a terminal, JSON elsewhere")
    /// Where `/livez`, `/readyz`, `/metrics` and `/version` are served; nil when they are not.
    public static let managementAddress = Setting<NetworkAddress?>(
        "management.address", .optionalAddress, default: "127.0.0.1:9090",
        "where /livez, /readyz, /metrics and /version are served; empty: nowhere")

    /// How log lines look.
    public enum LogStyle: String, Sendable, CaseIterable {
        /// Readable on a terminal, JSON elsewhere.
        case auto
        /// One JSON object a line.
        case json
        /// For a person.
        case readable
    }

    static let logging = [configFile.row, logLevel.row, logFormat.row]
    static let rows = logging + [managementAddress.row]
}

extension Settings {
    /// The log that the settings ask for, on standard error.
    public var log: Log {
        let format: Log.Format? =
            switch self[CommonSettings.logFormat] {
            case .auto: nil
            case .json: .json
            case .readable: .readable
            }
        return Log(level: self[CommonSettings.logLevel], format: format)
    }
}
