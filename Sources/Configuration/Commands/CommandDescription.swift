// SPDX-License-Identifier: Apache-2.0

/// What parsing and help need to know of a command.
struct CommandDescription: Sendable {
    /// What follows the flags.
    enum Operands: Sendable {
        case none
        /// At most one file; `-` or none at all is standard input.
        case optionalFile
        /// A payment: its project and its id, or its key.
        case payment
        /// Review items or dead letters, by the partition and offset of their callbacks.
        case items(isSeveral: Bool)
        /// One of these words.
        case choice([String], isRequired: Bool)
        /// At most one word, which is named so in help.
        case word(String)
    }

    /// One line for the list of commands.
    let summary: String
    /// What it does, in whole sentences of at most 100 columns a line.
    var details = ""
    var operands = Operands.none
    /// Everything it reads, in the order of help.
    var settings: [SettingRow] = []
    /// At least one line that can be pasted.
    let examples: [String]
    /// The codes it exits with, beside 0 and 2, and when.
    var exitCodes: [(code: ExitCode, when: String)] = []
}

/// How the process ends, for scripts.
public enum ExitCode: Int32, Sendable {
    /// Done, and nothing is wrong.
    case done = 0
    /// Something wrong was found, or happened.
    case wrong = 1
    /// The command line or the configuration is wrong.
    case usage = 2
    /// Kafka cannot be reached.
    case unreachable = 3
    /// Valid, but it can be read in more than one way.
    case ambiguous = 4
    /// Nothing was sent to the platform.
    case notSent = 5
    /// A request to the platform has no readable answer: it may have had its effect.
    case outcomeUnknown = 6

    /// All of them, for the manual.
    static let meanings: [(ExitCode, String)] = [
        (.done, "Done."), (.wrong, "Something is wrong, or it failed."),
        (.usage, "The command line or the configuration is wrong."),
        (.unreachable, "Kafka cannot be reached."),
        (.ambiguous, "A callback is valid but ambiguous."),
        (.notSent, "Nothing was sent to the platform."),
        (.outcomeUnknown, "The outcome of a purchase is unknown: do not buy again, run tidings status."),
    ]
}
