// SPDX-License-Identifier: Apache-2.0

/// What a command line asks for.
public enum Invocation: Sendable {
    /// A text to print on standard output, exit code 0.
    case help(String)
    /// A command with its checked settings and what followed the flags.
    case run(Command, Settings, operands: [String])

    /// Reads a command line. Everything that is wrong with it is reported together.
    ///
    /// - Parameters:
    ///   - arguments: without the executable's own name.
    ///   - environment: the process's environment.
    public static func read(
        _ arguments: [String], environment: [String: String]
    ) throws(ConfigurationError) -> Invocation {
        if asksForHelp(arguments.first), arguments.count == 1 { return .help(HelpText.overview) }
        if arguments.first == "--version" { return try read(["version"], environment: environment) }
        if arguments.first == "help" {
            let words = Array(arguments.dropFirst())
            return .help(words.isEmpty ? HelpText.overview : HelpText.of(try command(in: words)))
        }
        let command = try command(in: arguments)
        let rest = Array(arguments.dropFirst(command.words.count))
        if rest.prefix(while: { $0 != "--" }).contains(where: asksForHelp) {
            return .help(HelpText.of(command))
        }
        var flags = FlagReader(command: command)
        try flags.read(rest)
        let settings = try SettingsReader.read(
            rows: command.description.settings, flags: flags.given, environment: environment)
        return .run(command, settings, operands: flags.operands)
    }

    private static func asksForHelp(_ argument: String?) -> Bool {
        argument == "--help" || argument == "-h"
    }

    /// The command that the first words name.
    private static func command(in arguments: [String]) throws(ConfigurationError) -> Command {
        guard let first = arguments.first else {
            throw ConfigurationError("a command is missing; tidings --help lists them")
        }
        if let known = Command.allCases.first(where: { arguments.starts(with: $0.words) }) { return known }
        let firstWords = Set(Command.allCases.map { $0.words[0] })
        guard firstWords.contains(first) else {
            let hint = NearestName.hint(for: first, among: (firstWords.union(["help"])).sorted())
            throw ConfigurationError("there is no command \(first.quoted)\(hint); tidings --help lists them")
        }
        let group = Command.allCases.filter { $0.words[0] == first }.map(\.rawValue)
        guard arguments.count > 1, !arguments[1].hasPrefix("-") else {
            throw ConfigurationError("\(first) needs one more word: \(group.joined(separator: ", "))")
        }
        let name = "\(first) \(arguments[1])"
        throw ConfigurationError(
            "there is no command \(name.quoted)\(NearestName.hint(for: name, among: group))")
    }
}
