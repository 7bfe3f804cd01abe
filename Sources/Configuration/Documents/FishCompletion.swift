// SPDX-License-Identifier: Apache-2.0

/// Completion for fish: `tidings completion fish > ~/.config/fish/completions/tidings.fish`.
enum FishCompletion {
    static var text: String {
        var lines = [
            "# fish completion for tidings, made by `tidings completion fish`.", "", Self.function, "",
        ]
        lines.append("complete -c tidings -f")
        for first in Command.firstWords {
            lines.append("complete -c tidings -n '__tidings_begins' -a \(first)")
        }
        for command in Command.allCases {
            if command.words.count > 1 {
                lines.append(
                    "complete -c tidings -n '__tidings_begins \(command.words[0])' -a \(command.words[1])")
            }
            let condition = "-n '__tidings_has \(command.rawValue)'"
            for flag in CompletionFlag.all(of: command) {
                lines.append("complete -c tidings \(condition) \(arguments(flag))")
            }
            for word in command.completionWords {
                lines.append("complete -c tidings \(condition) -a \(word)")
            }
            if case .optionalFile = command.description.operands {
                lines.append("complete -c tidings \(condition) -F")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether the words before the cursor are exactly these, and whether they begin with these.
    private static let function = """
        function __tidings_begins
            set -l words (commandline -opc)
            test "$words[2..-1]" = "$argv"
        end
        function __tidings_has
            set -l words (commandline -opc)
            set -l last (math (count $argv) + 1)
            test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"
        end
        """

    private static func arguments(_ flag: CompletionFlag) -> String {
        let help = flag.help.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        var text = "-l \(flag.name.dropFirst(2)) -d '\(help)'"
        if flag.takesValue { text += " -r" }
        if flag.isPath { text += " -F" }
        if !flag.words.isEmpty { text += " -a '\(flag.words.joined(separator: " "))'" }
        return text
    }
}
