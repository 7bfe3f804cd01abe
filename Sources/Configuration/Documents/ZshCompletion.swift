// SPDX-License-Identifier: Apache-2.0

/// Completion for zsh: `tidings completion zsh > "${fpath[1]}/_tidings"`.
enum ZshCompletion {
    static var text: String {
        """
        #compdef tidings
        # zsh completion for tidings, made by `tidings completion zsh`.

        _tidings() {
            local command="$words[2]"
            if (( CURRENT == 2 )); then
                compadd -- \(Command.firstWords.joined(separator: " ")) --help --version
                return
            fi
            case "$command" in
        \(groups)
            esac
            case "$command" in
        \(commands)
            esac
        }

        _tidings "$@"

        """
    }

    private static var groups: String {
        Command.groups.map { first, second in
            """
                    \(first))
                        if (( CURRENT == 3 )); then
                            compadd -- \(second.joined(separator: " "))
                            return
                        fi
                        command="\(first) $words[3]"
                        shift words
                        (( CURRENT-- )) ;;
            """
        }.joined(separator: "\n")
    }

    private static var commands: String {
        Command.allCases.map { command in
            var arguments = CompletionFlag.all(of: command).map(argument)
            let words = command.completionWords
            arguments.append(words.isEmpty ? "'*:file:_files'" : "'*:word:(\(words.joined(separator: " ")))'")
            let lines = arguments.joined(separator: " \\\n                ")
            return "        '\(command.rawValue)')\n            shift words\n            (( CURRENT-- ))\n"
                + "            _arguments -s \\\n                \(lines) ;;"
        }.joined(separator: "\n")
    }

    /// Such as `'--worker-verify=[help]:value:(missing always never)'`.
    private static func argument(_ flag: CompletionFlag) -> String {
        let help = flag.help.map { "[]:'\\".contains($0) ? ($0 == "'" ? "'\\''" : "\\\($0)") : "\($0)" }
            .joined()
        guard flag.takesValue else { return "'\(flag.name)[\(help)]'" }
        let values =
            flag.isPath ? "_files" : flag.words.isEmpty ? " " : "(\(flag.words.joined(separator: " ")))"
        return "'*\(flag.name)=[\(help)]:value:\(values)'"
    }
}
