// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import TestSupport
import Testing

@Suite("Generated documents")
struct DocumentTests {
    @Test("the reference in the repository is the one that tidings prints, and names every setting")
    func reference() throws {
        let text = GeneratedDocument.reference.text
        for row in SettingsTable.rows where row.isInFile { #expect(text.contains("| `\(row.name)` |")) }
        let file = Repository.file("deploy/docs/configuration.md")
        #expect(
            try String(contentsOf: file, encoding: .utf8) == text,
            "run: tidings config reference > deploy/docs/configuration.md")
    }

    @Test(
        "completion offers every flag and every word of every command, and the shell accepts it",
        arguments: [
            (GeneratedDocument.bash, "bash", ["-n"]), (.zsh, "zsh", ["-n"]),
            (.fish, "fish", ["--no-execute"]),
        ])
    func completion(document: GeneratedDocument, shell: String, arguments: [String]) throws {
        let text = document.text
        for command in Command.allCases {
            #expect(text.contains(command.rawValue) || text.contains("-a \(command.words[1])"))
            for row in command.rows {
                let flag = shell == "fish" ? "-l \(row.flag.dropFirst(2)) " : row.flag
                #expect(text.contains(flag), "\(row.flag)")
            }
        }
        guard let program = Program.find(shell) else { return }
        try withFolder(["completion": text]) { folder in
            let check = try ChildProcess(program, arguments + [folder.appending(path: "completion").path])
            #expect(check.waitForEnd(within: .seconds(60)) == .exit(0), "\(check.errors)")
            #expect(check.errors.isEmpty)
        }
    }

    @Test(
        "bash completes commands, their second words, flags and values",
        arguments: [
            ("ing", "ingress"), ("config ch", "check"), ("worker --worker-sl", "--worker-slot"),
            ("worker --worker-verify al", "always"), ("completion z", "zsh"),
            ("config schema k", "keys"), ("topics create --part", "--partitions"),
        ])
    func bash(line: String, expected: String) throws {
        let bash = try #require(Program.find("bash"))
        let words = ["tidings"] + line.split(separator: " ").map(String.init)
        let script =
            GeneratedDocument.bash.text + """

                COMP_WORDS=(\(words.joined(separator: " ")))
                COMP_CWORD=\(words.count - 1)
                _tidings
                printf '%s\\n' "${COMPREPLY[@]}"
                """
        try withFolder(["script": script]) { folder in
            let run = try ChildProcess(bash, [folder.appending(path: "script").path])
            #expect(run.waitForEnd(within: .seconds(60)) == .exit(0), "\(run.errors)")
            #expect(run.output.split(separator: "\n").map(String.init) == [expected])
        }
    }

    @Test("the manual names every command and every flag, and mandoc reports nothing")
    func manual() throws {
        let text = GeneratedDocument.manual.text
        for command in Command.allCases {
            #expect(text.contains(".Ss tidings \(command.rawValue)"))
            for row in command.rows {
                #expect(
                    text.contains(".It Fl \(row.flag.dropFirst().replacing("-", with: "\\-"))"), "\(row.flag)"
                )
            }
        }
        guard let mandoc = Program.find("mandoc") else { return }
        try withFolder(["tidings.1": text]) { folder in
            let lint = try ChildProcess(mandoc, ["-Tlint", folder.appending(path: "tidings.1").path])
            #expect(lint.waitForEnd(within: .seconds(60)) == .exit(0))
            #expect(lint.output + lint.errors == "")
        }
    }
}

extension Command {
    /// What the command's help lists.
    var rows: [SettingRow] {
        guard case .help(let text)? = try? Invocation.read(words + ["--help"], environment: [:]) else {
            return []
        }
        return SettingsTable.rows.filter { text.contains("\n  \($0.flag)") }
    }
}
