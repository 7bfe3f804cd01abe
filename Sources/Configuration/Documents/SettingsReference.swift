// SPDX-License-Identifier: Apache-2.0
internal import Kafka

/// The reference of all settings in Markdown.
enum SettingsReference {
    static var text: String {
        var text = """
            # Configuration

            Made by `tidings config reference`; do not edit.

            Every setting is a flag, an environment variable and a key of the configuration file. Flags take precedence
            over the environment, the environment over the file, the file over defaults. `worker.state_dir` is
            `--worker-state-dir`, `TIDINGS_WORKER_STATE_DIR`, and in the file `state_dir` in the section `worker`. The
            file is named by `--config-file` or `TIDINGS_CONFIG_FILE`. An unknown key is an error, and so is an
            environment variable that is close to a known one.

            - A duration has a unit: `250ms`, `3s`, `5m`, `12h`, `35d`. A size has one too: `500B`, `64KiB`, `1MiB`.
            - A relative path in the file starts from the folder of the file.
            - `tidings config check` builds everything that the services are made with and names what is wrong with its
              file and line. `tidings config print` prints the settings in force, secrets masked.
            - `tidings config schema settings` and `tidings config schema keys` print a JSON Schema for editors: put
              `# yaml-language-server: $schema=PATH` on the first line of the file.


            """
        let rows = SettingsTable.rows.filter { $0.isInFile || $0.sources == .environmentAndFlag }
        for (title, rows) in rows.bySection { text += table(title, rows) }
        return text + properties
    }

    private static func table(_ title: String, _ rows: [SettingRow]) -> String {
        var text = "## \(title)\n\n| setting | value | default | meaning | read by |\n|---|---|---|---|---|\n"
        for row in rows {
            let cells = [
                "`\(row.name)`" + (row.isInFile ? "" : " (not in the file)"), value(row), fallback(row),
                row.help, readers(row),
            ]
            text += "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |\n"
        }
        return text + "\n"
    }

    private static func value(_ row: SettingRow) -> String {
        if let bounds = row.form.bounds {
            return "\(row.form.placeholder), \(bounds.lowest) to \(bounds.highest)"
        }
        if case .choice(let words) = row.form { return words.map { "`\($0)`" }.joined(separator: ", ") }
        return row.form.placeholder
    }

    private static func fallback(_ row: SettingRow) -> String {
        switch row.fallback {
        case .text(let text): text.isEmpty ? "" : "`\(text)`"
        case .found(let words, _), .derived(let words, _): words
        case .required(let other): other.map { "required, unless `\($0)` contains it" } ?? "required"
        }
    }

    private static func readers(_ row: SettingRow) -> String {
        let commands = Command.allCases.filter { command in
            ![.configCheck, .configPrint].contains(command)
                && command.description.settings.contains { $0.name == row.name }
        }
        return commands.map(\.rawValue).joined(separator: ", ")
    }

    private static var properties: String {
        var text = """
            ## librdkafka properties

            Any property of librdkafka can be set by `kafka.property`, with its value in a file by `kafka.property_file`,
            or in the file that `kafka.config_file` names: a `name=value` a line, as `kcat -F` reads it. Single
            properties take precedence over that file. Values of properties with `password` or `secret` in their names,
            of private keys and of OAUTHBEARER configurations are never printed, and neither are those of names that
            librdkafka does not know.

            Refused by name, because a guarantee rests on them:

            | property | reason | accepted values |
            |---|---|---|

            """
        for property in KafkaConfiguration.guardedProperties {
            let values = property.harmless.map { "`\($0)`" }.joined(separator: ", ")
            text += "| `\(property.name)` | \(property.reason) | \(values) |\n"
        }
        text += "\nRefused with `profile: production`, and a warning at each start with `development`:\n\n"
        for fault in TransportSecurity.Fault.allCases { text += "- \(fault)\n" }
        return text
    }
}
