// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import Kafka
public import Telemetry

/// Settings that every long-running command reads.
public enum CommonSettings {
    /// Where the file of settings is; nil when there is none.
    public static let configFile = Setting<String?>(
        "config.file", optional: .path("FILE"), sources: .environmentAndFlag,
        "a YAML file of settings; environment and flags take precedence over it")
    /// Whether real payments are processed. Every command that talks to Kafka or to Gate reads it.
    public static let profile = Setting<Profile>(
        "profile", .choice, default: .development,
        "whether real payments are processed: production refuses what could lose or expose them, development warns"
    )
    public static let logLevel = Setting<LogLevel>(
        "log.level", .choice, default: .info, "the least level of log lines on standard error")
    public static let logFormat = Setting<LogStyle>(
        "log.format", .choice, default: .auto,
        "how log lines are written; auto is readable on a terminal, JSON elsewhere")
    /// Where `/livez`, `/readyz`, `/metrics` and `/version` are served; nil when they are not. For commands
    /// that look at the settings of both services: each service has a separate default.
    public static let managementAddress = managementAddress { _ in nil }

    /// The default management port of an ingress.
    static let ingressPort: UInt16 = 8081
    /// The default management port of `tidings reconcile --continuous`.
    static let reconcilePort: UInt16 = 8079
    /// The default management port of the worker with slot 0.
    static let workerPort: UInt16 = 8082

    /// How log lines are written.
    public enum LogStyle: String, Sendable, CaseIterable {
        /// Readable on a terminal, JSON elsewhere.
        case auto
        /// One JSON object a line.
        case json
        /// For a person.
        case readable
    }

    static let logging = [configFile.row, logLevel.row, logFormat.row]

    /// - Parameter port: the default port on the loopback address; nil for no address.
    static func managementAddress(
        _ port: @escaping @Sendable (Settings) -> UInt16?
    ) -> Setting<BindAddress?> {
        Setting(
            "management.address", .optionalAddress,
            default:
                "127.0.0.1:\(ingressPort) for an ingress, 127.0.0.1:\(workerPort) plus a slot of 0 to 99 "
                + "for a worker, 127.0.0.1:\(reconcilePort) for reconcile",
            from: { settings in port(settings).map { BindAddress(host: "127.0.0.1", port: $0) } },
            "where /livez, /readyz, /metrics and /version are served; empty: nowhere; not in a file that "
                + "several services share")
    }
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
