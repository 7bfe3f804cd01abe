// SPDX-License-Identifier: Apache-2.0

/// How a commit ended. A commit cannot be tried again: a second attempt with another transaction would
/// publish everything twice if the first had succeeded after all. So there is no case for it.
public enum TransactionOutcome: Equatable, Sendable {
    /// The coordinator has decided to commit. Readers see the records when the markers are written.
    case committed
    /// The coordinator has confirmed that nothing of it becomes visible. The error is the reason; if a record
    /// could not be delivered it is that record's error, with its topic. The producer may begin another
    /// transaction with the same records.
    case aborted(KafkaError)
    /// The transaction may be committed or not. The producer must be replaced: its successor ends what is
    /// open, and then the group's committed offsets say how it ended.
    case unknown(KafkaError)
    /// Another producer has taken the transactional id, or the coordinator has: it gives up a transaction
    /// after `transaction.timeout.ms`. The transaction may have been committed before that, so this is
    /// `unknown` too.
    case fenced(KafkaError)
}

/// How an abort ended.
public enum AbortOutcome: Equatable, Sendable {
    /// The coordinator has confirmed it. The producer may begin another transaction.
    case aborted
    /// The coordinator did not answer. The producer must be replaced, which aborts the transaction.
    case unknown(KafkaError)
    /// Another producer has taken the transactional id, or the coordinator has.
    case fenced(KafkaError)
}

/// What the last error of a commit or abort means for the transaction.
package enum CommitFailure: Equatable {
    /// librdkafka has given the transaction up before it asked the coordinator to commit.
    case requiresAbort
    /// Any other error, and a timeout after the last slice: a request may have been processed.
    case unknown
    case fenced

    package init(_ error: KafkaError) {
        switch error.severity {
        case .abortable: self = .requiresAbort
        case .retriable: self = .unknown
        case .fatal: self = error.isFenced ? .fenced : .unknown
        }
    }
}
