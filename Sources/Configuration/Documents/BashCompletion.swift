// SPDX-License-Identifier: Apache-2.0

/// Completion for bash: `tidings completion bash > /usr/share/bash-completion/completions/tidings`.
enum BashCompletion {
    static var text: String {
        """
        # bash completion for tidings, made by `tidings completion bash`.

        _tidings() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            local command=${COMP_WORDS[1]} words='' flags=''
            COMPREPLY=()
            if [ "$COMP_CWORD" -eq 1 ]; then
                COMPREPLY=($(compgen -W '\(Command.firstWords.joined(separator: " ")) --help --version' -- "$current"))
                return
            fi
            case $command in
        \(groups)
            esac
            case "$command" in
        \(commands)
            esac
            case $previous in
        \(values)
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "$flags" -- "$current"))
            elif [ -n "$words" ]; then
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi
        }
        complete -o filenames -F _tidings tidings

        """
    }

    /// Commands of two words.
    private static var groups: String {
        Command.groups.map { first, second in
            """
                    \(first))
                        if [ "$COMP_CWORD" -eq 2 ]; then
                            COMPREPLY=($(compgen -W '\(second.joined(separator: " "))' -- "$current"))
                            return
                        fi
                        command="\(first) ${COMP_WORDS[2]}" ;;
            """
        }.joined(separator: "\n")
    }

    private static var commands: String {
        Command.allCases.map { command in
            let flags = CompletionFlag.all(of: command).map(\.name).joined(separator: " ")
            let words = command.completionWords.joined(separator: " ")
            return "        '\(command.rawValue)') flags='\(flags)' words='\(words)' ;;"
        }.joined(separator: "\n")
    }

    /// What follows a flag, whichever command it belongs to.
    private static var values: String {
        var lines: [String] = []
        var seen: Set<String> = []
        for flag in Command.allCases.flatMap(CompletionFlag.all) where flag.takesValue {
            guard seen.insert(flag.name).inserted else { continue }
            let offer =
                if flag.isPath {
                    "COMPREPLY=($(compgen -f -- \"$current\")); "
                } else if !flag.words.isEmpty {
                    "COMPREPLY=($(compgen -W '\(flag.words.joined(separator: " "))' -- \"$current\")); "
                } else {
                    ""
                }
            lines.append("        \(flag.name)) \(offer)return ;;")
        }
        return lines.joined(separator: "\n")
    }
}
