internal import CRDKafka
internal import Synchronization
public import Telemetry

/// Writes records and offsets that become visible together or not at all.
///
/// Confined to the thread that made it, which it blocks in `init`, `commit` and `abort`. Two of them with ids
/// of their own may take turns, so that one's commit does not hold up the other's first record.
public struct TransactionalProducer: ~Copyable {
    public struct Settings: Sendable {
        /// Stays the same over restarts, so that a new process ends its predecessor's open transaction at once
        /// and fences it. Two live processes with the same id fence each other for ever.
        public var transactionalID: String
        /// Every topic it will write to; a `TopicHandle` counts them.
        public var topics: [String]
        /// After this the broker aborts an open transaction. Above the time for a batch plus
        /// `socket.timeout.ms`, below `max.poll.interval.ms`; it also bounds how long a call may block.
        public var transactionTimeout: Duration
        /// The one of `topics` of which `acknowledgedEnd` tells; nil follows none.
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

    /// Connects, learns the topics' partitions, fences a predecessor and ends its transaction.
    ///
    /// - Throws: `isUnknownTopic` if a topic is missing; `isUnreachable` (retriable) if no broker answers
    ///   within the transaction time-out.
    public init(
        _ configuration: KafkaConfiguration, _ settings: Settings, log: Log
    ) throws(KafkaError) {
        // A broker that finds a predecessor's transaction open begins to end it and says "not yet". librdkafka
        // 2.0.2 asks again after half a second, a new client at once; the ending takes a few milliseconds.
        var session = try Self.connect(configuration, settings, log)
        if try !session.begin(within: .milliseconds(150)) {
            session = try Self.connect(configuration, settings, log)
            try session.begin()
        }
        client = session.client
        self.session = session
    }

    private static func connect(
        _ configuration: KafkaConfiguration, _ settings: Settings, _ log: Log
    ) throws(KafkaError) -> TransactionSession {
        let limit = settings.transactionTimeout
        // Without lingering, records leave in ones and twos while the batch is still being decided, which costs
        // twice the CPU. The flush inside a commit waits for nobody.
        let properties =
            [("socket.keepalive.enable", "true"), ("linger.ms", "20")] + configuration.pairs + [
                ("transactional.id", settings.transactionalID),
                ("transaction.timeout.ms", String(limit.milliseconds)),
                ("enable.idempotence", "true"), ("partitioner", "murmur2_random"),
                ("allow.auto.create.topics", "false"),
            ]
        let client = try Client(RD_KAFKA_PRODUCER, properties, log: log) { configuration in
            // Without a report callback the flush inside a commit wakes only every 10 ms or so.
            rd_kafka_conf_set_dr_msg_cb(configuration, noteDelivery)
        }
        var topics: [SharedHandle] = []
        for name in settings.topics { topics.append(try client.topic(name)) }
        if let followed = settings.followedTopic, let index = settings.topics.firstIndex(of: followed) {
            let handle = Int(bitPattern: topics[index].pointer)
            client.context.acknowledged.withLock { $0.topic = handle }
        }
        // Asked for before the first transaction, else its commit takes most of a second.
        for topic in topics { _ = try client.partitionCount(of: topic.pointer, within: limit) }
        return TransactionSession(
            client: client, topics: topics, names: settings.topics,
            slowness: configuration.socketTimeout, limit: limit)
    }

    /// The handle of a topic among those given at the start; the same for producers given the same topics.
    public func topic(_ name: String) -> TopicHandle {
        guard let index = session.names.firstIndex(of: name) else {
            preconditionFailure("A producer writes only to topics it was made with, and \(name) is none.")
        }
        return TopicHandle(index: index)
    }

    /// True after a fatal error, and after a commit or abort that took longer than `socket.timeout.ms`: its
    /// request may still be under way and could end a *later* transaction of the same epoch (KAFKA-17754).
    /// Finish what is open, then close this producer and make a new one.
    public var needsReplacement: Bool { session.needsReplacement }

    /// The offset behind the last record of the followed topic that a broker acknowledged in this partition; nil
    /// before the first. After a commit all of the transaction's records lie before it.
    public func acknowledgedEnd(of partition: Int32) -> Int64? {
        client.context.acknowledged.withLock { $0[partition] }
    }

    /// Opens a transaction. One at a time: the one before must have been committed or aborted.
    public func begin() throws(KafkaError) -> Transaction {
        precondition(!session.isOpen, "A producer has one open transaction at most.")
        try KafkaError.check(rd_kafka_begin_transaction(client.pointer))
        client.context.failedDelivery.store(0, ordering: .relaxed)
        session.isOpen = true
        return Transaction(session)
    }

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
    guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else {
        let (topic, partition) = (Int(bitPattern: message.pointee.rkt), message.pointee.partition)
        let offset = message.pointee.offset
        return context.acknowledged.withLock { $0.note(topic: topic, partition: partition, offset: offset) }
    }
    _ = context.failedDelivery.compareExchange(
        expected: 0, desired: message.pointee.err.rawValue, ordering: .relaxed)
}

extension Client {
    /// How many partitions a topic has, from a broker.
    func partitionCount(of topic: OpaquePointer, within limit: Duration) throws(KafkaError) -> Int {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try check(rd_kafka_metadata(pointer, 0, topic, &metadata, limit.milliseconds))
        defer { rd_kafka_metadata_destroy(metadata) }
        guard let metadata, metadata.pointee.topic_cnt > 0 else { throw KafkaError(.unknownTopic) }
        let found = metadata.pointee.topics[0]
        guard found.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(
                found.err,
                detail: "topic \(String(cString: found.topic)): "
                    + String(cString: rd_kafka_err2str(found.err)))
        }
        return Int(found.partition_cnt)
    }
}
