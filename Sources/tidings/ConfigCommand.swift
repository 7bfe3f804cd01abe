import Configuration
import Kafka
import Payments

/// `tidings config check` and `tidings config print`.
enum ConfigCommand {
    /// Reads everything a service would read at start, the keys and their secrets too.
    static func check(_ call: Call) throws -> ExitCode {
        try checkTogether(call)
        var told = "the settings are well-formed"
        if let file = call.settings[CallbackSettings.optionalKeysFile] {
            let keys = try KeysFile.read(file, environment: call.environment)
            try checkSecrets(keys, in: file)
            let count = keys.projects.reduce(0) { $0 + $1.keys.count }
            told +=
                "; \(file) names \(keys.projects.count) projects with \(count) keys, and every secret is there"
        }
        StandardOutput.write("\(told)\n")
        return .done
    }

    static func print(_ call: Call) throws -> ExitCode {
        StandardOutput.write(call.settings.printed)
        return .done
    }

    /// Refuses secrets that are probably slips. A service works with them, with a warning: it uses a secret
    /// as it is.
    private static func checkSecrets(_ keys: KeysFile, in file: String) throws(ConfigurationError) {
        let doubts = try KeyRing(keys.projects).doubts
        if doubts.isEmpty { return }
        throw ConfigurationError(doubts.map { ConfigurationError.Problem("\($0)", file: file) })
    }

    /// What can be wrong although each single setting is right.
    private static func checkTogether(_ call: Call) throws {
        _ = try call.settings.memorySettings()
        if let certificate = try WatchedCertificate(call.settings) { try certificate.validate() }
        // Nothing is required of a configuration that is only looked at.
        if call.settings.isGiven(KafkaSettings.bootstrapServers) {
            _ = try call.settings.kafkaConfiguration()
        }
        for name in call.settings.unknownVariables {
            StandardError.write("tidings: the variable \(name) is not one of ours and does nothing\n")
        }
    }
}
