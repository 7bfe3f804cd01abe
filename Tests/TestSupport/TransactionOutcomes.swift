// SPDX-License-Identifier: Apache-2.0
public import Kafka

/// A transaction that did not end as its test needs it to.
public struct UnexpectedOutcome: Error, CustomStringConvertible {
    public let description: String
}

extension Transaction {
    /// Commits, for tests that are about something else.
    public consuming func commitOrThrow() throws {
        let outcome = commit()
        guard outcome == .committed else { throw UnexpectedOutcome(description: "the commit: \(outcome)") }
    }

    /// Aborts, for tests that are about something else.
    public consuming func abortOrThrow() throws {
        let outcome = abort()
        guard outcome == .aborted else { throw UnexpectedOutcome(description: "the abort: \(outcome)") }
    }
}
