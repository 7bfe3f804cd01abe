// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
public import Telemetry
internal import System

/// Writes records and offsets that become visible together or not at all.
///
/// Confined to the thread that made it, which it blocks in `init`, `commit` and `abort`. Two of them with ids
/// of their own may take turns, so that one's commit does not hold up the other's first record.
public struct TransactionalProducer: ~Copyable {
    public struct Settings: Sendable {
        /// Stays the same over restarts, so that a new process ends its predecessor's open transaction at
        /// once and fences it. Two live processes with the same id fence each other permanently.
        public var transactionalID: String
        /// Every topic it will write to; a `TopicHandle` counts them.
        public var topics: [String]
        /// After this the broker aborts an open transaction. Above the time for a batch plus
        /// `socket.timeout.ms`, below `max.poll.interval.ms`. No call blocks for longer, nor for longer than
        /// a third of `max.poll.interval.ms`.
        public var transactionTimeout: Duration
        /// Asked between the slices of a blocking call: once true, the call is given up at the end of its
        /// slice.
        public var isStopRequested: @Sendable () -> Bool = { false }
        /// The one of `topics` of which `acknowledgedEnd` reports; nil follows none.
        public var followedTopic: String?

        public init(
            transactionalID: String, topics: [String], transactionTimeout: Duration = .seconds(30),
            followedTopic: String? = nil
        ) {
            self.transactionalID = transactionalID
            self.topics = topics
            self.followedTopic = followedTopic
            self.transactionTimeout = transactionTimeout
        }
    }

    let client: Client
    let session: TransactionSession
    /// How long an answer of a broker is waited for, if `socket.timeout.ms` is not configured.
    private static let answerLimit = Duration.seconds(10)

    /// Connects, learns the topics' partitions, fences a predecessor and ends its transaction.
    ///
    /// - Throws: `isUnknownTopic` if a topic is missing; `isUnreachable` (retriable) if no broker answers
    ///   within the transaction time-out.
    public init(
        _ configuration: KafkaConfiguration, _ settings: Settings, log: Log
    ) throws(KafkaError) {
        // A broker that finds a predecessor's transaction open begins to end it and says "not yet".
        // librdkafka 2.0.2 asks again after half a second, a new client immediately; the ending takes a few
        // milliseconds.
        var session = try Self.connect(configuration, settings, log)
        do {
            try session.takeOver(within: .milliseconds(150))
        } catch {
            guard error.severity == .retriable, !settings.isStopRequested() else { throw error }
            session = try Self.connect(configuration, settings, log)
            try session.takeOver(within: configuration.callLimit(for: settings))
        }
        client = session.client
        self.session = session
    }

    private static func connect(
        _ configuration: KafkaConfiguration, _ settings: Settings, _ log: Log
    ) throws(KafkaError) -> TransactionSession {
        let limit = configuration.callLimit(for: settings)
        // Without lingering, records leave in ones and twos while the batch is still being decided, which
        // costs twice the CPU. The flush inside a commit does not wait. `send_offsets` returns only when
        // its request was answered or timed out (#5456), so that timeout bounds it. librdkafka's own would be
        // the transaction's.
        let answerLimit = min(Self.answerLimit, settings.transactionTimeout - .milliseconds(100))
        let properties =
            [
                ("linger.ms", "20"),
                ("socket.timeout.ms", String(max(answerLimit.millisecondsRoundedUp, 100))),
            ] + configuration.pairs + [
                ("transactional.id", settings.transactionalID),
                ("transaction.timeout.ms", String(settings.transactionTimeout.millisecondsRoundedUp)),
                ("enable.idempotence", "true"), ("partitioner", "murmur2_random"),
                ("allow.auto.create.topics", "false"),
            ]
        let client = try Client(
            RD_KAFKA_PRODUCER, properties, tokens: configuration.tokenSource, log: log,
            metrics: configuration.metrics
        ) { configuration in
            // Without a report callback the flush inside a commit wakes only every 10 ms or so.
            rd_kafka_conf_set_dr_msg_cb(configuration, noteDelivery)
        }
        var topics: [SharedHandle] = []
        for name in settings.topics { topics.append(try client.topic(name)) }
        if let followed = settings.followedTopic, let index = settings.topics.firstIndex(of: followed) {
            let handle = Int(bitPattern: topics[index].pointer)
            client.context.acknowledged.withLock { $0.topic = handle }
        }
        let session = try TransactionSession(
            client: client, topics: topics, names: settings.topics,
            limits: .init(call: limit, isStopRequested: settings.isStopRequested))
        try session.learnTopics(within: limit)
        return session
    }

    /// The handle of a topic among those given at the start; the same for producers given the same topics.
    public func topic(_ name: String) -> TopicHandle {
        guard let index = session.names.firstIndex(of: name) else {
            preconditionFailure("A producer writes only to topics it was made with, and \(name) is none.")
        }
        return TopicHandle(index: index)
    }

    /// True after a fatal error, after an outcome that is unknown, and after a commit, abort or `sendOffsets`
    /// that took longer than the effective `socket.timeout.ms`: a request of it may still arrive, and would
    /// then act on a *later* transaction of the same epoch (KAFKA-17754). Close this producer before the next
    /// batch and make a new one, whose epoch fences such a request.
    public var needsReplacement: Bool { session.needsReplacement }

    /// The offset behind the last record of the followed topic that a broker acknowledged in this partition;
    /// nil before the first. After a commit all of the transaction's records are before it.
    public func acknowledgedEnd(of partition: Int32) -> Int64? {
        client.context.acknowledged.withLock { $0[partition] }
    }

    /// Opens a transaction. One at a time: the one before must have been committed or aborted.
    public func begin() throws(KafkaError) -> Transaction {
        try session.begin()
        return Transaction(session)
    }

    /// Takes what librdkafka reports while no transaction is open, such as its statistics: a report that
    /// is not taken stays in memory. Does not block.
    public func serve() { rd_kafka_poll(client.pointer, 0) }

    /// Ends the producer. Records that were not committed are dropped.
    public consuming func close() {
        precondition(!session.isOpen, "A transaction is committed or aborted before its producer closes.")
    }
}

/// A topic of a producer, by its place in the list the producer was made with.
public struct TopicHandle: Sendable, Hashable, BitwiseCopyable {
    let index: Int
}

/// `dr_msg_cb`: remembers how far the followed topic came, and why the open transaction cannot be committed.
private func noteDelivery(
    client: OpaquePointer?, message: UnsafePointer<rd_kafka_message_t>?, opaque: UnsafeMutableRawPointer?
) {
    guard let message, let context = ClientContext.behind(opaque) else { return }
    if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        let (topic, partition) = (Int(bitPattern: message.pointee.rkt), message.pointee.partition)
        let offset = message.pointee.offset
        return context.acknowledged.withLock { $0.note(topic: topic, partition: partition, offset: offset) }
    }
    // A record is purged because its transaction has failed already: it is never the cause.
    let code = KafkaError.Code(message.pointee.err)
    if code == .purgedInQueue || code == .purgedInFlight { return }
    context.failedDelivery.withLock { failed in
        guard failed == nil else { return }
        failed = FailedDelivery(
            code: code.rawValue, topic: Int(bitPattern: message.pointee.rkt))
    }
}

extension KafkaConfiguration {
    /// How long calls for one transaction may block: the broker aborts it after the transaction timeout, and
    /// the thread must get back to polling within `max.poll.interval.ms`, the abort included.
    fileprivate func callLimit(for settings: TransactionalProducer.Settings) -> Duration {
        min(settings.transactionTimeout, maxPollInterval / 3)
    }
}

extension Client {
    /// How many partitions a topic has, from a broker.
    func partitionCount(of topic: OpaquePointer, within limit: Duration) throws(KafkaError) -> Int {
        try describe(topic, for: .describe, within: limit) { Int($0.partition_cnt) }
    }
}
