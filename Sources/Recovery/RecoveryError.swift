// SPDX-License-Identifier: Apache-2.0
public import Audit
public import Kafka

/// Why a command that repairs could not do its work.
public enum RecoveryError: Error, Sendable {
    /// The topics could not be read.
    case reading(TopicReadError)
    /// Kafka refused, and nothing was written.
    case kafka(KafkaError)
    /// It is not known whether the transaction was committed. The next start of the same command ends it and
    /// shows which it was.
    case unknownOutcome(KafkaError)
    /// Another process runs the same command, and has taken over.
    case fenced(KafkaError)
    /// The item is not one that this can be done to; a sentence says why. Nothing was written.
    case refused(String)
}

extension RecoveryError: CustomStringConvertible {
    /// A sentence for a person.
    public var description: String {
        switch self {
        case .reading(let error): error.description
        case .kafka(let error): "nothing was written: \(error)"
        case .unknownOutcome(let error):
            "it is not known whether the transaction was committed: \(error). Run the same command again: "
                + "it ends the transaction, and refuses what was done"
        case .fenced(let error):
            "another process runs this command and has taken over; it is not known whether the last "
                + "transaction was committed: \(error). List the items before you run it again"
        case .refused(let sentence): sentence
        }
    }

    /// Whether no broker answered.
    public var isUnreachable: Bool {
        switch self {
        case .reading(let error): error.isUnreachable
        case .kafka(let error): error.isUnreachable
        case .unknownOutcome, .fenced, .refused: false
        }
    }
}
