// SPDX-License-Identifier: Apache-2.0
import Configuration
import Kafka
import Payments
import Worker

/// `tidings config …`, and the documents that are made from the tables of commands and settings.
enum ConfigCommand {
    /// Reads everything a service would read at start, the keys and their secrets too.
    static func check(_ call: Call) throws -> ExitCode {
        try buildAll(call)
        var reported = "the settings are well-formed"
        if let file = call.settings[CallbackSettings.optionalKeysFile] {
            let keys = try KeysFile.read(file, environment: call.environment)
            try checkSecrets(keys, in: file)
            let count = keys.projects.reduce(0) { $0 + $1.keys.count }
            reported +=
                "; \(file) names \(keys.projects.count) projects with \(count) keys, and every secret is there"
        }
        StandardOutput.write("\(reported)\n")
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

    static func schema(_ call: Call) -> ExitCode {
        print(call.operands.first == "keys" ? .keysSchema : .settingsSchema)
    }

    static func metrics(_ call: Call) -> ExitCode {
        let reference = call.operands.first == "tools" ? MetricsReference.tools : .services
        StandardOutput.write(reference.text)
        return .done
    }

    /// Prints a document; the command line's reader allows only operands that name one.
    static func print(_ document: GeneratedDocument?) -> ExitCode {
        guard let document else {
            preconditionFailure("the command was called with an operand that it does not have")
        }
        StandardOutput.write(document.text)
        return .done
    }

    /// Builds everything that the commands are made with, which finds what is wrong although each setting
    /// alone is right.
    private static func buildAll(_ call: Call) throws {
        // Nothing is required of a configuration that is only looked at.
        let settings = call.settings.assumingBrokers
        _ = try settings.processorSettings()
        _ = try settings.topicPlan()
        let certificate = try WatchedCertificate(settings)
        if let certificate { try certificate.validate() }
        _ = try settings.ingressSettings(tls: certificate?.tls)
        let worker = try settings.workerSettings().client
        try worker.kafka.makeTrialClients(
            sessionTimeout: worker.sessionTimeout, transactionTimeout: worker.transactionTimeout)
        for name in call.settings.unknownVariables {
            StandardError.write("tidings: the variable \(name) is not one of ours and does nothing\n")
        }
    }
}
