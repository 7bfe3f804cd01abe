// SPDX-License-Identifier: Apache-2.0

/// A flag as shells complete it.
struct CompletionFlag {
    /// With its dashes.
    let name: String
    let help: String
    /// Whether a value follows.
    let takesValue: Bool
    /// The values to offer.
    let words: [String]
    /// Whether files are offered.
    let isPath: Bool
}

extension CompletionFlag {
    init(_ row: SettingRow) {
        name = row.flag
        help = row.help
        takesValue = !row.form.isSwitch
        isPath = row.form.isPath
        if case .choice(let words) = row.form { self.words = words } else { words = [] }
    }

    /// All of a command.
    static func all(of command: Command) -> [CompletionFlag] {
        let help = CompletionFlag(
            name: "--help", help: "show help", takesValue: false, words: [], isPath: false)
        return command.description.settings.map { CompletionFlag($0) } + [help]
    }
}

extension Command {
    /// The words that may follow the flags.
    var completionWords: [String] {
        if case .choice(let words, _) = description.operands { words } else { [] }
    }

    /// The first words of all commands.
    static var firstWords: [String] {
        var words: [String] = []
        for command in allCases where !words.contains(command.words[0]) { words.append(command.words[0]) }
        return words + ["help"]
    }

    /// The first words that a second one follows, each with those that may follow it.
    static var groups: [(first: String, second: [String])] {
        firstWords.map { first in
            (first, allCases.filter { $0.words.count > 1 && $0.words[0] == first }.map { $0.words[1] })
        }.filter { !$0.1.isEmpty }
    }
}
