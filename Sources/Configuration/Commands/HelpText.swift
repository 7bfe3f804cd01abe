// SPDX-License-Identifier: Apache-2.0

/// Help, made from the tables of commands and settings.
enum HelpText {
    private static let width = 100
    private static let indentation = 8

    /// All commands, with the line that shows each at work.
    static var overview: String {
        var text = """
            tidings: verified payment callbacks in, exactly-once payment-status events out

            Usage: tidings COMMAND [flags]

            Commands:

            """
        let column = Command.allCases.map(\.rawValue.count).max() ?? 0
        for command in Command.allCases {
            let name = command.rawValue + String(repeating: " ", count: column - command.rawValue.count)
            text += "  \(name)  \(command.description.summary)\n"
        }
        text += "\nExamples:\n"
        for command in Command.allCases {
            for example in command.description.examples.prefix(1) { text += lines(ofExample: example) }
        }
        return text + """

            Every setting is a flag, an environment variable and a key of the configuration file. Flags take precedence
            over the environment, the environment over the file. tidings COMMAND --help lists them.

            Exit codes: 0 done, 1 found something wrong, 2 usage or configuration, 3 Kafka unreachable,
            4 valid but ambiguous, 5 nothing was sent to the platform, 6 outcome unknown: ask for the status.

            """
    }

    /// One command with all its flags.
    static func of(_ command: Command) -> String {
        let description = command.description
        let operands =
            switch description.operands {
            case .none: ""
            case .optionalFile: " [FILE]"
            case .payment: " PROJECT PAYMENT"
            case .items(let isSeveral): " PARTITION:OFFSET" + (isSeveral ? " …" : "")
            case .word(let name): " \(name)"
            case .choice(let words, let isRequired):
                isRequired ? " " + words.joined(separator: "|") : " [\(words.joined(separator: "|"))]"
            }
        let flags = description.settings.isEmpty ? "" : " [flags]"
        var text = "tidings \(command.rawValue): \(description.summary)\n\n"
        text += "Usage: tidings \(command.rawValue)\(flags)\(operands)\n"
        if !description.details.isEmpty { text += "\n\(description.details)\n" }
        if case .optionalFile = description.operands {
            text += "\nWithout FILE, or with -, it reads standard input.\n"
        }
        text += "\nExample\(description.examples.count > 1 ? "s" : ""):\n"
        for example in description.examples { text += lines(ofExample: example) }
        if !description.settings.isEmpty {
            text += "\nFlags:\n"
            for row in description.settings { text += lines(of: row) }
        }
        let codes = (description.exitCodes + [(.done, "done"), (.usage, "usage or configuration")])
            .sorted { $0.code.rawValue < $1.code.rawValue }
            .map { "\($0.code.rawValue) \($0.when)" }
        return text + "\n" + wrapped("Exit codes: \(codes.joined(separator: ", ")).", indentation: 0)
    }

    private static func lines(of row: SettingRow) -> String {
        let placeholder = row.form.isSwitch ? "" : " \(row.form.placeholder)"
        var sentence = row.help
        switch row.fallback {
        case .text("true"), .text("false"): break
        case .text(let text): sentence += text.isEmpty ? "" : " (default: \(text))"
        case .found(let words, _), .derived(let words, _):
            sentence += words.isEmpty ? "" : " (default: \(words))"
        case .required(nil): sentence += " (required)"
        case .required(let other?): sentence += " (required, unless \(other) contains it)"
        }
        var text = "  \(row.flag)\(placeholder)\n" + wrapped(sentence, indentation: indentation)
        if let name = row.environmentName {
            let place = row.isInFile ? ", \(row.name) in the file" : ""
            text += String(repeating: " ", count: indentation) + "\(name)\(place)\n"
        }
        return text
    }

    /// A command line, continued as a shell reads it where it is long.
    private static func lines(ofExample example: String) -> String {
        var result = ""
        var line = "  "
        for word in example.split(separator: " ") {
            // A flag and its value stay together: there is room for the value.
            if line.count + word.count + 2 > width - 20, word.hasPrefix("--") {
                result += line + " \\\n"
                line = "     "
            }
            line += line == "  " ? String(word) : " \(word)"
        }
        return result + line + "\n"
    }

    private static func wrapped(_ text: String, indentation: Int) -> String {
        let margin = String(repeating: " ", count: indentation)
        var result = ""
        var line = margin
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > width {
                result += line + "\n"
                line = margin
            }
            line += line == margin ? String(word) : " \(word)"
        }
        return result + line + "\n"
    }
}
