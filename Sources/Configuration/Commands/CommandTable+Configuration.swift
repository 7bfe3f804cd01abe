// SPDX-License-Identifier: Apache-2.0

/// Commands that need neither Kafka nor a callback.
extension Command {
    var configuration: CommandDescription {
        switch self {
        case .configCheck:
            CommandDescription(
                summary: "name what is wrong with the settings and the keys file",
                details: """
                    Builds everything that the services are made with, without a connection to anything.
                    """,
                settings: SettingsTable.optionalRows,
                examples: ["tidings config check --config-file tidings.yaml"])
        case .configPrint:
            CommandDescription(
                summary: "print the settings in force and where each comes from, secrets masked",
                settings: SettingsTable.optionalRows,
                examples: ["tidings config print --config-file tidings.yaml"])
        case .configSchema:
            CommandDescription(
                summary: "print the JSON Schema of the settings file or of the keys file, for editors",
                operands: .choice(["settings", "keys"], isRequired: false),
                examples: ["tidings config schema settings", "tidings config schema keys"])
        case .configMetrics:
            CommandDescription(
                summary: "print the reference of the metrics of the services or of the tools, in Markdown",
                operands: .choice(["services", "tools"], isRequired: false),
                examples: ["tidings config metrics services", "tidings config metrics tools"])
        default:
            CommandDescription(
                summary: "print the reference of all settings, in Markdown",
                examples: ["tidings config reference"])
        }
    }

    var aboutItself: CommandDescription {
        switch self {
        case .completion:
            CommandDescription(
                summary: "print the completion of commands and flags for a shell",
                operands: .choice(["bash", "zsh", "fish"], isRequired: true),
                examples: ["tidings completion bash > /usr/share/bash-completion/completions/tidings"])
        case .manual:
            CommandDescription(
                summary: "print the manual page", examples: ["tidings manual | man -l -"])
        default:
            CommandDescription(
                summary: "print the versions of tidings and of its libraries",
                settings: [AuditOptions.json.row], examples: ["tidings version", "tidings version --json"])
        }
    }
}
