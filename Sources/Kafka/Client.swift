// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
internal import System
internal import Telemetry

/// A librdkafka handle, destroyed when the last who needs it lets go: a consumer and the batches filled from
/// it share one, since "destroy" waits for every outstanding message (INTRODUCTION.md, "Termination").
///
/// Topics and queues must be destroyed before the handle, and are kept here for that reason.
final class Client: Sendable {
    /// What every client has unless the operator says otherwise.
    ///
    /// librdkafka 2.0.2 leaves Nagle's algorithm on (#4986): of a transaction's small requests each one that
    /// follows another waits in the kernel for its acknowledgement. What belongs together is batched above.
    private static let defaults = [("socket.keepalive.enable", "true"), ("socket.nagle.disable", "true")]

    let handle: SharedHandle
    let context: ClientContext
    private let topics = Mutex<[SharedHandle]>([])
    private let queues = Mutex<[SharedHandle]>([])

    /// - Parameters:
    ///   - metrics: what the client's statistics are added to; nil asks for none.
    ///   - prepare: sets callbacks on the configuration before the client takes it.
    init(
        _ kind: rd_kafka_type_t, _ properties: [(name: String, value: String)],
        tokens: OAuthTokenSource?, log: Log, metrics: KafkaMetrics? = nil,
        prepare: (OpaquePointer) -> Void = { _ in }
    ) throws(KafkaError) {
        var set = PropertySet()
        let statistics =
            metrics == nil
            ? [] : [("statistics.interval.ms", String(KafkaMetrics.interval.millisecondsRoundedUp))]
        do {
            // First, so that an operator's value replaces it.
            for (name, value) in Self.defaults + statistics + properties {
                try set.set(name, value)
            }
        } catch {
            throw KafkaError(.invalidArgument, detail: error.description)
        }
        let context = ClientContext(
            log: log, tokens: tokens, metrics: metrics,
            kind: kind == RD_KAFKA_PRODUCER ? .producer : .consumer)
        rd_kafka_conf_set_opaque(set.raw, Unmanaged.passUnretained(context).toOpaque())
        rd_kafka_conf_set_log_cb(set.raw, forwardLogLine)
        rd_kafka_conf_set_error_cb(set.raw, noteError)
        if metrics != nil { rd_kafka_conf_set_stats_cb(set.raw, noteStatistics) }
        prepare(set.raw)
        if tokens != nil { set.enableTokens() }
        var sentence = [CChar](repeating: 0, count: 512)
        guard let pointer = rd_kafka_new(kind, set.raw, &sentence, sentence.count) else {
            throw KafkaError(.invalidArgument, detail: String(nullTerminated: sentence))
        }
        set.wasTaken()
        handle = SharedHandle(pointer: pointer)
        self.context = context
        guard tokens != nil, let error = rd_kafka_sasl_background_callbacks_enable(pointer) else { return }
        throw KafkaError(taking: error)
    }

    var pointer: OpaquePointer { handle.pointer }

    /// A handle of a topic, kept as long as the client.
    func topic(_ name: String) throws(KafkaError) -> SharedHandle {
        guard let pointer = rd_kafka_topic_new(pointer, name, nil) else {
            throw KafkaError(rd_kafka_last_error())
        }
        let topic = SharedHandle(pointer: pointer)
        topics.withLock { $0.append(topic) }
        return topic
    }

    /// Keeps a queue until just before the client's end.
    func keep(_ queue: SharedHandle) { queues.withLock { $0.append(queue) } }

    /// The error behind a code: `_FATAL` only says that there is one, and a time-out does not say that every
    /// connection was refused.
    func error(_ code: rd_kafka_resp_err_t, detail: String? = nil) -> KafkaError {
        if code == RD_KAFKA_RESP_ERR__FATAL { return fatalError ?? KafkaError(code) }
        let error = KafkaError(code, detail: detail)
        guard error.isUnreachable, let refused = context.refusedConnection.withLock({ $0 }) else {
            return error
        }
        return KafkaError(code, detail: "\(error.message); \(refused)")
    }

    /// The value of a property that is in effect: librdkafka derives some from others.
    func effectiveValue(of property: String) -> String? {
        PropertySet.value(of: property, in: rd_kafka_conf(pointer))
    }

    func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw error(code) }
        context.refusedConnection.withLock { $0 = nil }
    }

    /// The error after which this client is of no further use, once one was raised.
    var fatalError: KafkaError? {
        guard rd_kafka_fatal_error(pointer, nil, 0) != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        var sentence = [CChar](repeating: 0, count: 512)
        let code = rd_kafka_fatal_error(pointer, &sentence, sentence.count)
        return KafkaError(.init(code), severity: .fatal, detail: String(nullTerminated: sentence))
    }

    deinit {
        for topic in topics.withLock({ $0 }) { rd_kafka_topic_destroy(topic.pointer) }
        for queue in queues.withLock({ $0 }) { rd_kafka_queue_destroy(queue.pointer) }
        // Destroying can hang in 2.0.2 (librdkafka #4187, #4724), so a separate thread does it and is left
        // behind when it does not come back. The context lives as long: log lines still reach it.
        let (handle, context) = (handle, context)
        let thread = OSThread(name: "kafka-destroy") {
            withExtendedLifetime(context) {
                rd_kafka_destroy_flags(handle.pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            }
        }
        _ = thread.join(within: .seconds(10))
    }
}
