// SPDX-License-Identifier: Apache-2.0

/// Why a configuration, a command line or a keys file was refused: everything that is wrong with it, each
/// with its place, so that it can be mended in one go. It never holds a secret.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The file it is in, as it was named; nil for flags and environment.
        public var file: String?
        /// The line in the file, from 1; nil where the whole file is meant.
        public var line: Int?
        /// What is wrong, in one sentence without a full stop.
        public var message: String

        /// - Parameters:
        ///   - message: what is wrong, in one sentence without a full stop.
        ///   - file: the file it is in.
        ///   - line: the line in the file, from 1.
        public init(_ message: String, file: String? = nil, line: Int? = nil) {
            self.message = message
            self.file = file
            self.line = line
        }

        /// `file:line: message`.
        public var description: String {
            let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
            return place.isEmpty ? message : "\(place): \(message)"
        }
    }

    /// At least one, in the order of discovery.
    public let problems: [Problem]

    /// - Parameter problems: at least one.
    public init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "an error says what is wrong")
        self.problems = problems
    }

    /// An error of one problem.
    public init(_ message: String, file: String? = nil, line: Int? = nil) {
        self.init([Problem(message, file: file, line: line)])
    }

    /// One line for each problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
