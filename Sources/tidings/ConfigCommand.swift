import Configuration
import Kafka

/// `tidings config check` and `tidings config print`.
enum ConfigCommand {
    /// Reads everything a service would read at start, the keys and their secrets too.
    static func check(_ call: Call) throws -> ExitCode {
        try checkTogether(call)
        var told = "the settings are well-formed"
        if let file = call.settings[CallbackSettings.optionalKeysFile] {
            let keys = try KeysFile.read(file, environment: call.environment)
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

    /// What can be wrong although each setting by itself is right.
    private static func checkTogether(_ call: Call) throws {
        _ = try call.settings.memorySettings()
        // Nothing is required of a configuration that is only looked at.
        if call.settings.isGiven(KafkaSettings.bootstrapServers) {
            _ = try call.settings.kafkaConfiguration()
        }
        for name in call.settings.unknownVariables {
            StandardError.write("tidings: the variable \(name) is not one of ours and does nothing\n")
        }
    }
}
