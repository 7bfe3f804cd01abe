// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Payments
public import Telemetry

/// A worker's clients on librdkafka: a static member of the group, two transactional producers that take
/// turns, and a reader of the changelog while payment states are restored.
///
/// Two producers, because the first record after a commit finds the broker still at work on that commit, and
/// librdkafka then sleeps 20 ms; the other's transaction is long over. A transaction begins only when the one
/// before has been committed, so their order on the topics is that of the batches.
///
/// Confined to the thread that made it, which it blocks.
public struct KafkaWorkerClient: WorkerClient, ~Copyable {
    public struct Settings: Sendable {
        public var kafka: KafkaConfiguration
        public var topics: TopicNames
        /// The consumer group; also the beginning of every id.
        public var group: String
        /// This worker's place among all of the group's: `<slot>-<thread>`. It keeps its place over restarts.
        public var place: String
        /// After this the broker aborts an open transaction.
        public var transactionTimeout: Duration = .seconds(30)
        /// Silence after which the group gives this member's partitions to others.
        public var sessionTimeout: Duration = .seconds(45)
        /// How long one question to the broker may take. A stop waits for it.
        public var callTimeout: Duration = .seconds(5)
        /// Asked between the slices of calls that block for longer: once true, they are given up.
        var isStopRequested: @Sendable () -> Bool = { false }
        /// Called after each of several questions that one step asks: the thread goes on.
        var noteStep: @Sendable () -> Void = {}

        public init(
            kafka: KafkaConfiguration, topics: TopicNames, group: String = "tidings", place: String = "0"
        ) {
            self.kafka = kafka
            self.topics = topics
            self.group = group
            self.place = place
        }

        /// `group.instance.id`, and what the transactional ids begin with.
        public var identity: String { "\(group)-\(place)" }
    }

    let settings: Settings
    let log: Log
    public let partitionCount: Int32
    var consumer: Consumer
    var batch = RecordBatch()
    var producers: ProducerPair?
    var transaction: Transaction?
    /// By topic.
    let topicHandles: [TopicHandle]
    let admin: Admin
    var changelog: Consumer?
    var changelogBatch = RecordBatch()
    let callbacks: String
    let changelogTopic: String

    /// Connects, fences anyone who had this place before, and asks for a place in the group.
    ///
    /// - Parameter partitionCount: of each of the five topics, as checked at start.
    public init(_ settings: Settings, partitionCount: Int32, log: Log) throws(ClientError) {
        var settings = settings
        settings.kafka = settings.kafka.identified(as: "tidings-worker-\(settings.place)")
        self.settings = settings
        self.partitionCount = partitionCount
        self.log = log
        callbacks = settings.topics[.callbacks]
        changelogTopic = settings.topics[.changelog]
        do throws(KafkaError) {
            // Not `translating`: the properties of a noncopyable value are not initialised in a closure.
            let admin = try Admin(settings.kafka, log: log)
            let pair = try ProducerPair(settings, log: log)
            var consumer = try Consumer(
                settings.kafka,
                group: .init(
                    id: settings.group, instanceID: settings.identity, start: .byOwner,
                    sessionTimeout: settings.sessionTimeout),
                // What retention or a recreated topic took is compared with the progress, by a restore.
                missingOffset: .fail, log: log)
            try consumer.subscribe(to: [callbacks])
            self.admin = admin
            topicHandles = pair.handles
            producers = consume pair
            self.consumer = consumer
        } catch {
            throw ClientError(error, from: .producer)
        }
    }

    public mutating func leave(within limit: Duration) -> Bool {
        batch.empty()
        return consumer.leaveGroup(within: limit)
    }

    public consuming func close(within limit: Duration) {
        batch.empty()
        changelogBatch.empty()
        changelog = nil
        consumer.close(within: limit)
    }
}

/// Callbacks.
extension KafkaWorkerClient {
    public mutating func fill(first wait: Duration, limit: BatchLimit) throws(ClientError) -> Int {
        do throws(ClientError) {
            try translating(.consumer) { () throws(KafkaError) in
                try consumer.fill(&batch, first: wait, limit: limit.count, bytes: limit.bytes)
            }
        } catch {
            throw error.cause.isTopicMissing ? error.naming(callbacks) : error
        }
        // A commit takes what the producers report; without one, no one would.
        if batch.count == 0 { producers?.serve() }
        return batch.count
    }

    public mutating func takeAssignmentChanges() -> [AssignmentEvent] {
        consumer.takeAssignmentChanges().map { change in
            switch change {
            case .assigned(let partitions): .assigned(partitions.map(\.partition))
            case .revoked: .revoked(lost: false)
            case .lost: .revoked(lost: true)
            }
        }
    }

    public func position(of index: Int) -> RecordPosition {
        let record = batch[index]
        return RecordPosition(partition: record.partition, offset: record.offset)
    }

    public func time(of index: Int) -> Timestamp { Timestamp(milliseconds: batch[index].timestamp ?? 0) }

    @_lifetime(borrow self)
    public func body(of index: Int) -> RawSpan? { batch[index].value }

    public func readReceipt(of index: Int, into receipt: inout ReceiptHeaders) {
        let headers = batch[index].headers
        for index in 0..<headers.count {
            let header = headers[index]
            receipt.add(name: header.name, value: header.value)
        }
    }
}

/// One transaction.
extension KafkaWorkerClient {
    public mutating func begin() throws(ClientError) {
        guard producers != nil else {
            throw ClientError(.replaceProducer, name: "_STATE", message: "the producer was not replaced yet")
        }
        try translating(.producer) { () throws(KafkaError) in transaction = try producers?.begin() }
    }

    /// Every record goes to the partition that its callback came from, in the callbacks' order: so an audit
    /// finds all that a partition led to beside it. For what is published or remembered that is the partition
    /// of its key.
    public mutating func produce(
        _ output: RecordOutput, of processor: borrowing RecordProcessor, record index: Int
    ) throws(ClientError) {
        guard let topic = output.decision.topic else { return }
        let bytes = processor.bytes.span.bytes
        var headers = RecordHeaders()
        for header in processor.headers { headers.add(header.name, bytes.extracting(header.value.range)) }
        let key = output.key.isEmpty ? nil : bytes.extracting(output.key.range)
        let record = batch[index]
        let partition = record.partition
        switch output.value {
        case .null: try write(to: topic, partition, key: key, value: nil, headers)
        case .body: try write(to: topic, partition, key: key, value: record.value, headers)
        case .written(let text):
            try write(to: topic, partition, key: key, value: bytes.extracting(text.range), headers)
        }
    }

    private func write(
        to topic: Topic, _ partition: Int32, key: RawSpan?, value: RawSpan?,
        _ headers: consuming RecordHeaders
    ) throws(ClientError) {
        // Not `translating`: a closure cannot consume the headers.
        do throws(KafkaError) {
            try transaction?.produce(
                to: topicHandles[topic.rawValue], partition: partition, key: key, value: value,
                headers: headers)
        } catch {
            throw ClientError(error, from: .producer)
        }
    }

    public mutating func produceState(
        partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(ClientError) {
        #if FAILPOINTS
            if NextFormat.isChangelog, let value {
                let written = NextFormat.written(value)
                return try write(
                    to: .changelog, partition, key: key.bytes, value: written.span.bytes, RecordHeaders())
            }
        #endif
        try write(to: .changelog, partition, key: key.bytes, value: value?.bytes, RecordHeaders())
    }

    public mutating func sendOffsets(
        _ offsets: [(partition: Int32, position: CommittedPosition)]
    ) throws(ClientError) {
        let next = offsets.map { offset in
            PartitionOffset(
                topic: callbacks, partition: offset.partition, offset: offset.position.offset,
                metadata: offset.position.metadata?.text ?? "")
        }
        try translating(.producer) { () throws(KafkaError) in
            try transaction?.sendOffsets(next, of: consumer)
        }
    }

    public mutating func commit() -> CommitOutcome {
        guard let open = transaction.take() else {
            preconditionFailure("commit() called without an open transaction")
        }
        return CommitOutcome(open.commit())
    }

    public mutating func abort() throws(ClientError) {
        guard let open = transaction.take() else { return }
        if let error = ClientError(open.abort()) { throw error }
    }

    public func changelogEnd(of partition: Int32) -> Int64? {
        producers?.acknowledgedEnd(of: partition)
    }

    public var needsNewProducer: Bool {
        switch producers {
        case .none: true
        case .some(let producers): producers.needsReplacement
        }
    }

    public mutating func replaceProducer() throws(ClientError) {
        transaction = nil
        producers = nil
        try translating(.producer) { () throws(KafkaError) in
            producers = try ProducerPair(settings, log: log)
        }
    }
}
