/// What the log refused, told by what the worker does next.
public struct ClientError: Error, Equatable, Sendable {
    public enum Consequence: String, Sendable, CaseIterable {
        /// The same call may be made again.
        case retry
        /// Abort the transaction and try the same batch again.
        case abort
        /// The group has moved on: abort, drop the batch, poll.
        case rejoin
        /// The producer is of no further use: replace it, drop the batch, read again from the committed offsets.
        case replaceProducer
        /// Another producer took this one's id; that it lives shows only when it happens again.
        case fencedProducer
        /// Another live member took this worker's place in the group: stop, and say why.
        case leave
        /// The whole client is of no further use: build it anew.
        case rebuild
    }

    public var consequence: Consequence
    /// Kafka's name of the error, such as `ILLEGAL_GENERATION`.
    public var name: String
    /// A sentence for a person; never the content of a record.
    public var message: String

    public init(_ consequence: Consequence, name: String, message: String) {
        self.consequence = consequence
        self.name = name
        self.message = message
    }
}

extension ClientError: CustomStringConvertible {
    public var description: String { "\(name): \(message)" }
}
