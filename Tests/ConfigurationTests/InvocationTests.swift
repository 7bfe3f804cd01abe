// SPDX-License-Identifier: Apache-2.0
import Configuration
import Testing

@Suite("Invocation")
struct InvocationTests {
    @Test("no command reads a flag twice", arguments: Command.allCases)
    func flagsOnce(command: Command) throws {
        let text = try #require(try help(command.words + ["--help"]))
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("  --") }
        let flags = lines.map { $0.split(separator: " ")[0] }
        #expect(Set(flags).count == flags.count, "\(flags)")
    }

    @Test(
        "each command's help names it, shows it at work and lists what it reads", arguments: Command.allCases)
    func help(command: Command) throws {
        let text = try #require(try help(command.words + ["--help"]))
        #expect(text.hasPrefix("tidings \(command.rawValue): "))
        #expect(text.contains("\n  tidings \(command.rawValue)"))
        #expect(text.contains("Exit codes: 0 done"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 })
        #expect(try help(["help"] + command.words) == text)
    }

    @Test("help without a command lists every command with an example")
    func overview() throws {
        let text = try #require(try help(["--help"]))
        for command in Command.allCases { #expect(text.contains("\n  tidings \(command.rawValue)")) }
        #expect(try help(["help"]) == text)
    }

    @Test("help shows flag, variable, place in the file, unit and default")
    func settingHelp() throws {
        let text = try #require(try help(["ingress", "-h"]))
        #expect(text.contains("--ingress-deadline DURATION"))
        #expect(text.contains("(default: 3s)"))
        #expect(text.contains("TIDINGS_INGRESS_DEADLINE, ingress.deadline in the file"))
        #expect(text.contains("(required)"))
    }

    @Test(
        "what is not known is refused with what was probably meant",
        arguments: [
            (["ingres"], "did you mean ingress?"), (["topics", "chek"], "did you mean topics check?"),
            (["topics"], "needs one more word: topics create, topics check"),
            (["ingress", "--ingress-adress", "x"], "did you mean --ingress-address?"),
            (["worker", "--ingress-address", "x"], "is not a flag of tidings worker, but of"),
            (["verify", "--bach"], "did you mean --batch?"), (["frobnicate"], "there is no command"),
            ([], "a command is missing"), (["version", "x"], "one argument too many"),
            (["verify", "a", "b"], "one argument too many"), (["sign", "--secret-file"], "needs a value"),
            (["sign", "--secret-file", "a", "--secret-file", "b"], "is given twice"),
            (["sign"], "--secret-file is required"),
            (["worker"], "TIDINGS_KAFKA_BOOTSTRAP_SERVERS is required"),
            (["verify", "-x"], "is not a flag"),
        ])
    func refusals(arguments: [String], message: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try Invocation.read(arguments, environment: [:])
        }
        #expect(error.description.contains(message), "\(error)")
    }

    @Test("operands may be anywhere, a lone dash is one, and nothing after -- is a flag")
    func operands() throws {
        func operands(_ arguments: [String]) throws -> [String] {
            guard case .run(_, _, let operands) = try Invocation.read(arguments, environment: [:]) else {
                return []
            }
            return operands
        }
        #expect(try operands(["verify", "--batch", "-"]) == ["-"])
        #expect(try operands(["verify", "file", "--batch"]) == ["file"])
        #expect(try operands(["verify", "--batch", "--", "--help"]) == ["--help"])
    }

    @Test("--version is the version command")
    func version() throws {
        guard case .run(.version, _, _) = try Invocation.read(["--version"], environment: [:]) else {
            Issue.record("another command was read")
            return
        }
    }

    private func help(_ arguments: [String]) throws -> String? {
        if case .help(let text) = try Invocation.read(arguments, environment: [:]) { text } else { nil }
    }
}
