// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
public import Telemetry
internal import System

/// A member of a consumer group, or a reader of partitions assigned by hand.
///
/// Confined to the thread that made it. It blocks that thread in `fill`, which is also where rebalances
/// happen; nothing happens between calls.
public struct Consumer: ~Copyable {
    /// A place in a group. With an instance id the membership is static: a member that is away for less than
    /// the session time-out keeps its partitions, so that a restart moves nothing.
    public struct Group: Sendable {
        /// What an assignment by the group begins.
        public enum Start: Sendable {
            /// Reading, from the committed offsets.
            case atOnce
            /// Nothing: the assignment is reported of, and nothing is read before `read(from:)`. For an owner
            /// that must first restore what its work presupposes.
            case byOwner
        }

        public var id: String
        public var instanceID: String?
        public var start: Start
        /// Silence after which the group gives this member's partitions to others; nil is librdkafka's 45 s.
        public var sessionTimeout: Duration?

        public init(
            id: String, instanceID: String? = nil, start: Start = .atOnce, sessionTimeout: Duration? = nil
        ) {
            self.id = id
            self.instanceID = instanceID
            self.start = start
            self.sessionTimeout = sessionTimeout
        }
    }

    /// Whether records of open and aborted transactions are read. `readCommitted` also makes `committed`
    /// wait until no transaction holds offsets back (KIP-447, "require stable").
    public enum Isolation: String, Sendable {
        case readCommitted = "read_committed"
        case readUncommitted = "read_uncommitted"
    }

    /// What to do where no offset is known, or the known one is no longer in the log.
    public enum MissingOffset: String, Sendable {
        case earliest
        /// `fill` throws `noOffset`.
        case fail = "error"
    }

    let client: Client
    /// Where the records of all partitions arrive.
    private let queue: SharedHandle
    /// False for a client that has not subscribed: a reader of partitions that its owner assigns, or one that
    /// only asks for a group's offsets.
    private(set) var isMember = false
    /// The group; for a reader that of its configuration.
    let groupID: String
    private let isReader: Bool
    /// How often a coordinator that a reader does not need was refused to it.
    package private(set) var ignoredRefusals = 0
    /// An error that came behind records: thrown by the next fill, after the owner had those.
    private var postponedError: KafkaError?

    /// - Parameters:
    ///   - group: nil for a reader that only ever calls `assign`.
    ///   - fetchWait: how long a broker holds back its answer when there is nothing to fetch; nil is
    ///     librdkafka's 500 ms. Until it answers, no other request to it is answered.
    public init(
        _ configuration: KafkaConfiguration, group: Group?, isolation: Isolation = .readCommitted,
        missingOffset: MissingOffset = .earliest, fetchWait: Duration? = nil, log: Log
    ) throws(KafkaError) {
        var properties = configuration.pairs
        properties += [
            ("isolation.level", isolation.rawValue), ("auto.offset.reset", missingOffset.rawValue),
            ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            ("enable.partition.eof", "false"), ("partition.assignment.strategy", "range"),
            ("allow.auto.create.topics", "false"),
            // librdkafka requires a group id even for a reader that joins no group.
            ("group.id", group?.id ?? configuration.readerGroup),
        ]
        if let limit = group?.sessionTimeout {
            properties.append(("session.timeout.ms", String(limit.millisecondsRoundedUp)))
        }
        if group?.start == .byOwner {
            // An owner must notice soon that partitions were added.
            let refresh = configuration["topic.metadata.refresh.interval.ms"].flatMap(Int.init) ?? 30_000
            let isBounded = (1...30_000).contains(refresh)
            properties.append(("topic.metadata.refresh.interval.ms", "\(isBounded ? refresh : 30_000)"))
        }
        if let fetchWait { properties.append(("fetch.wait.max.ms", String(fetchWait.millisecondsRoundedUp))) }
        if let instance = group?.instanceID { properties.append(("group.instance.id", instance)) }
        // A reader without a group lives for a moment.
        let client = try Client(
            RD_KAFKA_CONSUMER, properties, tokens: configuration.tokenSource, log: log,
            metrics: group == nil ? nil : configuration.metrics
        ) { configuration in
            rd_kafka_conf_set_rebalance_cb(configuration, rebalance)
        }
        try client.check(rd_kafka_poll_set_consumer(client.pointer))
        guard let queue = rd_kafka_queue_get_consumer(client.pointer) else { throw KafkaError(.invalidState) }
        self.client = client
        isReader = group == nil
        groupID = group?.id ?? configuration.readerGroup
        self.queue = SharedHandle(pointer: queue)
        client.keep(self.queue)
        let isStartedByOwner = group?.start == .byOwner
        client.context.assignment.withLock { $0.isStartedByOwner = isStartedByOwner }
    }

    deinit { leave(within: .seconds(10)) }

    /// Joins the group for these topics. The first assignment comes with a later `fill`.
    public mutating func subscribe(to topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: -1) })
        try client.check(rd_kafka_subscribe(client.pointer, list.pointer))
        isMember = true
    }

    /// Reads exactly these partitions from these offsets, without a group. Replaces what was assigned before;
    /// an empty array stops reading. Records fetched before are dropped.
    public mutating func assign(_ offsets: [PartitionOffset]) throws(KafkaError) {
        try read(from: offsets)
        _ = client.context.assignment.withLock { $0.offered(offsets.map(\.topicPartition)) }
    }

    /// Goes on reading, within what the group has assigned, from exactly these offsets and of these
    /// partitions alone; of none, given an empty array. Records fetched before are dropped. The assignment
    /// stays.
    public mutating func read(from offsets: [PartitionOffset]) throws(KafkaError) {
        let list = PartitionList(offsets)
        try client.check(rd_kafka_assign(client.pointer, list.pointer))
    }

    /// How often partitions were given or taken. A batch may be committed only while this is still its
    /// `assignmentCount`.
    public var assignmentCount: Int { client.context.assignment.withLock { $0.count } }

    /// The partitions this consumer has now.
    public var assignment: [TopicPartition] { client.context.assignment.withLock { $0.partitions } }

    /// What happened to the assignment since the last call, oldest first.
    public mutating func takeAssignmentChanges() -> [AssignmentChange] {
        client.context.assignment.withLock { $0.takeChanges() }
    }

    /// Empties `batch` and fills it again: waits up to `wait` for the first record, then takes what has
    /// already arrived.
    ///
    /// A rebalance may happen in here. If it happens with records in hand they are dropped and the batch
    /// comes back empty: the new assignment starts from the committed offsets and reads them again. If it
    /// happens before the first record, the batch holds records of the new assignment. So look at
    /// `takeAssignmentChanges` before the records, and never drop a batch because the count moved inside the
    /// call: its records would not come again.
    ///
    /// - Parameters:
    ///   - wait: zero takes only what is there.
    ///   - limit: the most records; the batch allocates for it once.
    ///   - bytes: no more records are taken once keys and values reach it; it is passed by at most one chunk
    ///     of `RecordBatch.chunk` records.
    /// - Throws: what a partition or the group reported. `retriable`: go on filling. Records that came before
    ///   the error are handed out first; the next call throws it.
    public mutating func fill(
        _ batch: inout RecordBatch, first wait: Duration, limit: Int, bytes: Int = .max
    ) throws(KafkaError) {
        batch.empty()
        if let error = postponedError {
            postponedError = nil
            throw error
        }
        batch.reserve(limit, from: client)
        // `consume_batch_queue` waits for its whole timeout unless the batch is full, so we wait for the
        // first record only and then take what has already arrived.
        guard let first = rd_kafka_consumer_poll(client.pointer, wait.millisecondsRoundedUp) else { return }
        batch.append(first)
        try settle(&batch)
        let count = assignmentCount
        batch.assignmentCount = count
        let holdsRecords = !batch.isEmpty
        client.context.assignment.withLock { $0.holdsRecords(holdsRecords) }
        defer { client.context.assignment.withLock { $0.holdsRecords(false) } }
        while batch.count < limit, batch.byteCount < bytes, postponedError == nil {
            let wanted = min(RecordBatch.chunk, limit - batch.count)
            let got = batch.take(wanted, from: queue.pointer)
            if assignmentCount != count {
                try restart(&batch)
                return
            }
            guard got > 0 else { break }
            try settle(&batch)
            if got < wanted { break }
        }
    }

    /// The rebalance took place with records in hand: drops them, then takes up the new assignment, if one is
    /// waiting for that.
    private mutating func restart(_ batch: inout RecordBatch) throws(KafkaError) {
        batch.empty()
        postponedError = nil
        guard let offered = client.context.assignment.withLock({ $0.takeUpOffer() }) else { return }
        let list = PartitionList(offered)
        try client.check(rd_kafka_assign(client.pointer, list.pointer))
    }

    /// Looks at what was just taken: counts bytes, sorts out errors.
    private mutating func settle(_ batch: inout RecordBatch) throws(KafkaError) {
        guard let error = batch.settle() else { return }
        // The rebalance that follows says the same, and says of which partitions.
        if error.code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED { return }
        // librdkafka looks up a coordinator for a reader too (rust-rdkafka #717), which needs none.
        if isReader, KafkaError.Code(error.code).isOfCoordinator {
            ignoredRefusals += 1
            return
        }
        var failure = client.error(error.code, detail: error.sentence)
            .naming(.init(.read, on: .group(groupID)))
        if let topic = error.topic { failure = failure.naming(.init(.read, on: .topic(topic))) }
        if batch.count == 0 { throw failure }
        postponedError = failure
    }

    /// Leaves the group, so that its partitions go to the other members now. A static member that only closes
    /// keeps them until the session timeout.
    ///
    /// Unsubscribing alone does not leave: the request is sent only after the revocation was served and the
    /// partitions were given up, and closing before that drops it (KIP-345: a static member that terminates
    /// does not leave). So this polls until librdkafka has forgotten its member id, which it does when it
    /// sends the request (`rd_kafka_cgrp_leave`). `close` then waits for the answer.
    ///
    /// - Returns: false if that did not happen within `limit`.
    public mutating func leaveGroup(within limit: Duration) -> Bool {
        guard isMember, rd_kafka_unsubscribe(client.pointer) == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return false
        }
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let message = rd_kafka_consumer_poll(client.pointer, 50) { rd_kafka_message_destroy(message) }
            if assignment.isEmpty, !hasMemberID { return true }
        }
        return false
    }

    private var hasMemberID: Bool {
        guard let identifier = rd_kafka_memberid(client.pointer) else { return false }
        defer { rd_kafka_mem_free(client.pointer, identifier) }
        return identifier.pointee != 0
    }

    /// Ends the membership, within `limit`.
    ///
    /// Closing can hang in librdkafka 2.0.2 (#4187, #4724), so it is given up after `limit`: a process that
    /// ends at any point loses nothing. Batches may outlive the consumer; the client itself ends with the
    /// last.
    ///
    /// - Returns: false if it was given up.
    @discardableResult
    public consuming func close(within limit: Duration = .seconds(10)) -> Bool { leave(within: limit) }

    @discardableResult
    private borrowing func leave(within limit: Duration) -> Bool {
        if client.context.isClosed.exchange(true, ordering: .relaxed) { return true }
        guard let closing = rd_kafka_queue_new(client.pointer) else { return false }
        client.keep(SharedHandle(pointer: closing))
        if let error = rd_kafka_consumer_close_queue(client.pointer, closing) {
            rd_kafka_error_destroy(error)
            return false
        }
        let deadline = ContinuousClock.now + limit
        while rd_kafka_consumer_closed(client.pointer) == 0 {
            if ContinuousClock.now >= deadline { return false }
            // Serves the rebalance callback. Records may come too, which `rd_kafka_queue_poll_callback` does
            // not take: it asserts that each operation was a callback.
            if let message = rd_kafka_consume_queue(closing, 50) { rd_kafka_message_destroy(message) }
        }
        return true
    }
}

/// Librdkafka's rebalances run inside the calls of the thread that fills.
@available(*, unavailable)
extension Consumer: Sendable {}
