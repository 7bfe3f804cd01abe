// SPDX-License-Identifier: Apache-2.0

/// Why a request was not made: everything that is wrong with its parameters. It does not quote values, which
/// may be personal data.
public struct InvalidRequest: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The parameter as the provider names it, with the objects that contain it: `customer.email`.
        public var parameter: String
        /// What is wrong, to be put after the name.
        public var message: String

        public init(_ parameter: String, _ message: String) {
            self.parameter = parameter
            self.message = message
        }

        public var description: String { "\(parameter) \(message)" }
    }

    /// At least one.
    public let problems: [Problem]

    init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "an invalid request has a problem")
        self.problems = problems
    }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
