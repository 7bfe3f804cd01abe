internal import CRDKafka
internal import Synchronization

/// What a transactional producer and its open transaction share.
///
/// Calls are repeated as long as librdkafka says "retriable", which is when it gave up waiting and the same
/// call goes on with it; `insist` bounds that.
final class TransactionSession {
    let client: Client
    let topics: [SharedHandle]
    let names: [String]
    /// A commit or abort that took longer may have left a request under way.
    private let slowness: Duration
    /// How long one call is repeated at most.
    private let limit: Duration
    var isOpen = false
    private var wasSlow = false

    init(
        client: Client, topics: [SharedHandle], names: [String], slowness: Duration, limit: Duration
    ) {
        self.client = client
        self.topics = topics
        self.names = names
        self.slowness = slowness
        self.limit = limit
    }

    var needsReplacement: Bool { wasSlow || client.fatalError != nil }

    /// Takes the transactional id over, which ends a predecessor's open transaction.
    func begin() throws(KafkaError) {
        try insist { rd_kafka_init_transactions(client.pointer, $0) }
    }

    /// The same; false where it is not done after `limit`.
    func begin(within limit: Duration) throws(KafkaError) -> Bool {
        guard let error = rd_kafka_init_transactions(client.pointer, limit.milliseconds) else { return true }
        let failure = KafkaError(taking: error)
        guard failure.severity == .retriable else { throw failure }
        return false
    }

    /// Repeats a blocking call while its error is retriable, for at most twice the transaction time-out: after
    /// that the broker has aborted the transaction in any case.
    ///
    /// - Parameter timeout: −1 lets librdkafka take what is left of the transaction's own time.
    func insist(
        timeout: Int32 = -1, _ call: (_ timeout: Int32) -> OpaquePointer?
    ) throws(KafkaError) {
        let deadline = ContinuousClock.now + limit * 2
        while true {
            guard let error = call(timeout) else { return }
            let failure = KafkaError(taking: error)
            guard failure.severity == .retriable, ContinuousClock.now < deadline else { throw failure }
        }
    }

    /// Repeats a produce call while the queue is full: reports free it, and they are served here.
    func enqueue(_ call: () -> rd_kafka_resp_err_t) -> rd_kafka_resp_err_t {
        var code = call()
        guard code == RD_KAFKA_RESP_ERR__QUEUE_FULL else { return code }
        let deadline = ContinuousClock.now + limit
        while code == RD_KAFKA_RESP_ERR__QUEUE_FULL, ContinuousClock.now < deadline {
            rd_kafka_poll(client.pointer, 10)
            code = call()
        }
        return code
    }

    /// A record that was not taken leaves the transaction incomplete, whatever the code says by itself.
    func checkProduce(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw client.fatalError ?? KafkaError(KafkaError.Code(code), severity: .abortable)
    }

    func commit() throws(KafkaError) {
        let start = ContinuousClock.now
        do {
            try insist { rd_kafka_commit_transaction(client.pointer, $0) }
            isOpen = false
            noteDuration(since: start)
        } catch {
            noteDuration(since: start)
            guard error.severity == .abortable else { throw givenUp(error) }
            let cause = failedDelivery
            try abort()
            throw KafkaError(
                error.code, severity: .abortable,
                detail: cause.map { "\(error.message) (\($0.name): \($0.message))" } ?? error.message)
        }
    }

    func abort() throws(KafkaError) {
        isOpen = false
        let start = ContinuousClock.now
        defer { noteDuration(since: start) }
        do {
            // To an abort −1 means for ever, whatever rdkafka.h says: seen with a broker that stands still. Its
            // warning against other values is for those who go on with the producer after a time-out.
            try insist(timeout: limit.milliseconds) { rd_kafka_abort_transaction(client.pointer, $0) }
        } catch {
            throw givenUp(error)
        }
    }

    /// The transaction's end is unknown: nothing more is to be done with this producer.
    private func givenUp(_ error: KafkaError) -> KafkaError {
        isOpen = false
        wasSlow = true
        return KafkaError(error.code, severity: .fatal, detail: error.message)
    }

    private var failedDelivery: KafkaError? {
        let code = client.context.failedDelivery.load(ordering: .relaxed)
        return code == 0 ? nil : KafkaError(KafkaError.Code(rawValue: code))
    }

    private func noteDuration(since start: ContinuousClock.Instant) {
        if start.duration(to: .now) > slowness { wasSlow = true }
    }
}
