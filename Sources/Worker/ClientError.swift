// SPDX-License-Identifier: Apache-2.0

/// An error of the log's clients, named by what the worker does next.
public struct ClientError: Error, Equatable, Sendable {
    public enum Consequence: String, Sendable, CaseIterable {
        /// The same call may be made again.
        case retry
        /// Abort the transaction and try the same batch again.
        case abort
        /// The group has moved on: abort, drop the batch, poll.
        case rejoin
        /// The producer must not be used again: replace it, drop the batch, read again from the committed
        /// offsets.
        case replaceProducer
        /// The producer's id is another's now: as `replaceProducer`, and counted, because a rival may have
        /// it.
        case fencedProducer
        /// The group has fenced this member. A rival with the same slot does that, and so does a coordinator
        /// that has lost the member's id (librdkafka #3437): build the client again after a pause. If it is
        /// fenced again soon, there is a rival.
        case fencedMember
        /// The whole client must not be used again: build it again.
        case rebuild
    }

    /// What was refused, for a person.
    public struct Cause: Equatable, Sendable, CustomStringConvertible {
        /// Kafka's name of the error, such as `ILLEGAL_GENERATION`.
        public var name: String
        /// A sentence; never the content of a record.
        public var message: String
        /// The topic that refused a record, where the error is about one.
        public var topic: String?
        /// The error lasts until an operator or the cluster changes something: it is waited for, and never
        /// counts against the attempts after which a worker gives up.
        public var isLasting: Bool
        /// The topic, or a partition of it, does not exist.
        public var isTopicMissing = false

        public init(name: String, message: String, topic: String? = nil, isLasting: Bool = false) {
            self.name = name
            self.message = message
            self.topic = topic
            self.isLasting = isLasting
        }

        /// The name and the topic: what repeated causes have in common.
        var reason: String { topic.map { "\($0): \(name)" } ?? name }

        public var description: String { "\(reason): \(message)" }
    }

    public var consequence: Consequence
    public var cause: Cause

    public init(_ consequence: Consequence, _ cause: Cause) {
        self.consequence = consequence
        self.cause = cause
    }

    public init(_ consequence: Consequence, name: String, message: String) {
        self.init(consequence, Cause(name: name, message: message))
    }
}

extension ClientError: CustomStringConvertible {
    public var description: String { cause.description }
}

/// How a commit ended. A commit is never tried again, so no case says that it may be.
public enum CommitOutcome: Equatable, Sendable {
    case committed
    /// Confirmed: nothing of the transaction becomes visible, and none is open. The batch may be tried again,
    /// unless the error's consequence says otherwise.
    case aborted(ClientError)
    /// It may have taken place. The producer is replaced, and a restore from the committed offsets is right
    /// in both cases.
    case unknown(ClientError.Cause)
    /// The producer's id is another's now. It may have taken place before that.
    case fenced(ClientError.Cause)
}
