// SPDX-License-Identifier: Apache-2.0

/// The manual page, in mdoc(7).
enum ManualPage {
    static var text: String {
        var page = Roff()
        page.macro("Dd \(Version.date)")
        page.macro("Dt TIDINGS 1")
        page.macro("Os")
        page.macro("Sh NAME")
        page.macro("Nm tidings")
        page.macro("Nd verified payment callbacks in, exactly-once payment-status events out")
        page.macro("Sh SYNOPSIS")
        page.macro("Nm tidings")
        page.macro("Ar command")
        page.macro("Op Ar flags")
        page.macro("Sh DESCRIPTION")
        page.text(
            "Tidings receives payment callbacks (webhooks), verifies them, and publishes each payment-status change to "
                + "Kafka exactly once.")
        page.macro("Pp")
        page.text(
            "Every setting is a flag, an environment variable and a key of the configuration file. Flags take "
                + "precedence over the environment, the environment over the file, the file over defaults.")
        commands(&page)
        settings(&page)
        page.macro("Sh EXIT STATUS")
        page.macro("Bl -tag -width Ds")
        for (code, meaning) in ExitCode.meanings {
            page.macro("It \(code.rawValue)")
            page.text(meaning)
        }
        page.macro("El")
        page.macro("Sh EXAMPLES")
        page.macro("Bd -literal")
        for command in Command.allCases {
            for example in command.description.examples { page.literal(example) }
        }
        page.macro("Ed")
        return page.text
    }

    private static func commands(_ page: inout Roff) {
        page.macro("Sh COMMANDS")
        for command in Command.allCases {
            let description = command.description
            page.macro("Ss tidings \(command.rawValue)")
            page.text(sentence(description.summary))
            if !description.details.isEmpty {
                page.macro("Pp")
                page.text(description.details)
            }
            let own = description.settings.filter { !$0.isInFile }
            if !own.isEmpty {
                page.macro("Bl -tag -width Ds")
                for row in own { item(row, &page) }
                page.macro("El")
            }
            let sections = description.settings.filter(\.isInFile).bySection.map(\.title)
            if !sections.isEmpty {
                page.macro("Pp")
                page.text("It reads the settings of: \(sections.joined(separator: ", ")).")
            }
        }
    }

    private static func settings(_ page: inout Roff) {
        page.macro("Sh SETTINGS")
        page.text("A flag of a setting is also an environment variable, and a key of the configuration file.")
        for (section, rows) in SettingsTable.rows.filter(\.isInFile).bySection {
            page.macro("Ss \(section)")
            page.macro("Bl -tag -width Ds")
            for row in rows { item(row, &page) }
            page.macro("El")
        }
    }

    private static func item(_ row: SettingRow, _ page: inout Roff) {
        let flag = "It Fl \(Roff.escaped(String(row.flag.dropFirst())))"
        page.macro(row.form.isSwitch ? flag : "\(flag) Ar \(Roff.escaped(row.form.placeholder))")
        page.text(sentence(row.help))
        if let bounds = row.form.bounds { page.text("From \(bounds.lowest) to \(bounds.highest).") }
        switch row.fallback {
        case .text(let text) where !text.isEmpty && !row.form.isSwitch: page.text("The default is \(text).")
        case .found(let words, _) where !words.isEmpty, .derived(let words, _) where !words.isEmpty:
            page.text("The default is \(words).")
        case .required(nil): page.text("Required.")
        case .required(let other?): page.text("Required, unless \(other) contains it.")
        case .text, .found, .derived: break
        }
        if let name = row.environmentName {
            page.macro("Ev \(name) .")
        }
    }

    private static func sentence(_ clause: String) -> String {
        clause.prefix(1).uppercased() + clause.dropFirst() + "."
    }
}

/// Lines of roff, which must neither begin with a full stop or an apostrophe nor be longer than 80
/// characters.
private struct Roff {
    private(set) var text = ""

    mutating func macro(_ line: String) { text += ".\(line)\n" }

    /// One sentence a line, as mdoc asks for, wrapped.
    mutating func text(_ paragraph: String) {
        var line = ""
        for word in paragraph.split(whereSeparator: \.isWhitespace) {
            let word = Self.escaped(String(word))
            if !line.isEmpty, line.count + 1 + word.count > 78 {
                flush(&line)
            }
            line += line.isEmpty ? word : " \(word)"
            if word.hasSuffix(".") || word.hasSuffix("?") { flush(&line) }
        }
        flush(&line)
    }

    mutating func literal(_ line: String) { text += Self.protected(Self.escaped(line)) + "\n" }

    private mutating func flush(_ line: inout String) {
        if !line.isEmpty { text += Self.protected(line) + "\n" }
        line = ""
    }

    static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "…": "..."
            case "×": "\\(mu"
            default: "\(character)"
            }
        }.joined()
    }

    private static func protected(_ line: String) -> String {
        line.first == "." || line.first == "'" ? "\\&\(line)" : line
    }
}
