// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
public import Telemetry
internal import System

/// Writes records one by one and reports each: written, perhaps written, or not written.
///
/// `produce` may be called from any thread and never blocks. Reports come from one separate thread, which
/// blocks in librdkafka's main queue: that adds 0.1 ms to the broker's confirmation, where a loop that sleeps
/// adds its sleep.
///
/// Publishing cannot be cancelled. After a fatal error (`fatalError`) every further `produce` throws: make a
/// new producer, and close this one (librdkafka #4438).
public final class AcknowledgedProducer: Sendable {
    public struct Settings: Sendable {
        public var topic: String
        /// From `produce` to the last report; below the deadline of the request that waits for it.
        public var messageTimeout: Duration
        /// How long a record waits for company: 2 ms cost 16 µs of CPU a record less than none.
        public var linger: Duration
        /// The most records without a report. With a stalled broker librdkafka's thread spins on a long
        /// queue, and anyone who waits behind it waits in vain: so it is bounded and fails immediately.
        public var inFlightLimit: Int
        /// A topic that is never written to, and whose partitions can be counted; nil for none.
        public var comparedTopic: String?

        public init(
            topic: String, messageTimeout: Duration = .milliseconds(2500),
            linger: Duration = .milliseconds(2), inFlightLimit: Int = 10_000, comparedTopic: String? = nil
        ) {
            self.topic = topic
            self.comparedTopic = comparedTopic
            self.messageTimeout = messageTimeout
            self.linger = linger
            self.inFlightLimit = inFlightLimit
        }
    }

    /// Called on the report thread with all reports of one event: take a lock once per call, not once per
    /// report. It must not call `close`.
    public typealias Reports = @Sendable (Span<DeliveryReport>) -> Void

    private let client: Client
    private let topic: SharedHandle
    private let comparedTopic: SharedHandle?
    private let loop: ReportLoop
    private let thread: Mutex<OSThread?>

    /// Returns immediately: the brokers need not be there.
    public init(
        _ configuration: KafkaConfiguration, _ settings: Settings, log: Log,
        reports: @escaping Reports
    ) throws(KafkaError) {
        let properties =
            [
                ("linger.ms", String(settings.linger.millisecondsRoundedUp)),
                // A broker that is back is noticed within a second or so; the library's own 10 s would keep
                // an ingress from being ready for that long.
                ("reconnect.backoff.max.ms", "1000"),
            ] + configuration.pairs + [
                ("message.timeout.ms", String(settings.messageTimeout.millisecondsRoundedUp)),
                ("queue.buffering.max.messages", String(settings.inFlightLimit)),
                ("enable.idempotence", "true"), ("acks", "all"), ("partitioner", "murmur2_random"),
                ("allow.auto.create.topics", "false"),
            ]
        let client = try Client(
            RD_KAFKA_PRODUCER, properties, tokens: configuration.tokenSource, log: log,
            metrics: configuration.metrics
        ) { configuration in
            rd_kafka_conf_set_events(
                configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS)
        }
        topic = try client.topic(settings.topic)
        comparedTopic = if let name = settings.comparedTopic { try client.topic(name) } else { nil }
        let loop = try ReportLoop(client, reports: reports)
        self.client = client
        self.loop = loop
        thread = Mutex(OSThread(name: "kafka-reports") { loop.run() })
    }

    deinit {
        // Not closed: the report thread ends after it has reported what is left as purged.
        guard let thread = thread.withLock({ $0.take() }) else { return }
        loop.stop()
        thread.detach()
    }

    /// Hands a record to librdkafka, which copies key and value once. Exactly one report follows, with
    /// `slot`.
    ///
    /// - Parameters:
    ///   - slot: any number; not looked at.
    ///   - timestamp: milliseconds since 1970, UTC; nil means now.
    /// - Throws: immediately, and then no report follows: `queueFull`, `messageTooLarge`, or a fatal
    ///   error. A topic or partition that is not there may be reported either way.
    public func produce(
        slot: UInt64, key: RawSpan?, value: RawSpan?, headers: consuming RecordHeaders = RecordHeaders(),
        timestamp: Int64? = nil
    ) throws(KafkaError) {
        if loop.isStopping { throw KafkaError(.invalidState, detail: "the producer is closing") }
        loop.willProduce()
        let code = withBytes(of: key) { key, keyLength in
            withBytes(of: value) { value, valueLength in
                crdkafka_produce(
                    client.pointer, topic.pointer, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value,
                    valueLength, key, keyLength, timestamp ?? 0, headers.offered,
                    UnsafeMutableRawPointer(bitPattern: UInt(slot)))
            }
        }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            loop.wasRefused()
            throw client.error(code)
        }
        headers.wereTaken()
    }

    /// The error after which this producer is of no further use, once one was raised.
    public var fatalError: KafkaError? { client.fatalError }

    /// Records that were taken and are not reported yet.
    public var inFlight: Int { loop.inFlight }

    /// Asks a broker for the topic. An answer shows that a broker is there and that this client may see the
    /// topic; it does not show that records are written. Blocks its caller.
    ///
    /// - Throws: `isUnreachable` when no broker answered within `limit`, `isUnknownTopic`, a missing right.
    public func topicReach(within limit: Duration) throws(KafkaError) -> TopicReach {
        try client.reach(of: topic.pointer, within: limit)
    }

    /// How many partitions the compared topic has; nil without one. Blocks its caller.
    public func comparedPartitions(within limit: Duration) throws(KafkaError) -> Int? {
        guard let comparedTopic else { return nil }
        return try client.reach(of: comparedTopic.pointer, within: limit).partitions
    }

    /// Sends what waits and blocks until everything is reported. False if that took longer than `limit`.
    @discardableResult
    public func flush(within limit: Duration) -> Bool {
        // The report thread goes on serving meanwhile; flush automatically would never see the queue empty.
        rd_kafka_flush(client.pointer, limit.millisecondsRoundedUp) == RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// Flushes, then reports as `failed` or `possiblyPersisted` what is left after `limit`, and ends the
    /// report thread. To be called when all producers have stopped; `produce` throws from here on.
    ///
    /// - Returns: true if everything was confirmed or refused by a broker within `limit`.
    @discardableResult
    public func close(within limit: Duration) -> Bool {
        guard let thread = thread.withLock({ $0.take() }) else { return true }
        let isFlushed = flush(within: limit)
        loop.stop()
        return thread.join(within: .seconds(5)) && isFlushed
    }
}
