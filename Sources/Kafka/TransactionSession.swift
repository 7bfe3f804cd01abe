// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization
internal import System

/// What a transactional producer and its open transaction share.
///
/// No call blocks without a bound: in librdkafka 2.0.2 a timeout of −1 is infinite for commit and abort,
/// against rdkafka.h, and EndTxn is retried without limit. So each call is made in slices and resumed until
/// our deadline or until the process stops.
final class TransactionSession {
    struct Limits {
        /// How long a transaction may take from its beginning to its decision, and an abort on top of that.
        var call: Duration
        /// Asked between two slices: once true, a call is given up.
        var isStopRequested: @Sendable () -> Bool
    }

    /// How long one call blocks before it is resumed.
    private static let slice = Duration.seconds(5)
    /// The pause after a call that failed faster than its slice.
    private static let pause: Int32 = 100

    let client: Client
    let topics: [SharedHandle]
    let names: [String]
    private let limits: Limits
    /// The effective `socket.timeout.ms`: after it librdkafka repeats a request whose first copy may arrive
    /// late.
    private let socketTimeout: Duration
    private(set) var isOpen = false
    /// When the open transaction is given up.
    private var deadline = ContinuousClock.now
    private var wasSlow = false
    /// The topics with a record in the open transaction, a bit for each.
    private var writtenTopics: UInt64 = 0

    init(client: Client, topics: [SharedHandle], names: [String], limits: Limits) throws(KafkaError) {
        guard let timeout = client.effectiveValue(of: "socket.timeout.ms").flatMap(Int64.init) else {
            throw KafkaError(.invalidState, detail: "librdkafka does not report its socket.timeout.ms")
        }
        precondition(topics.count <= UInt64.bitWidth, "a producer was made with more than 64 topics")
        self.client = client
        self.topics = topics
        self.names = names
        self.limits = limits
        socketTimeout = .milliseconds(timeout)
    }

    var needsReplacement: Bool { wasSlow || client.fatalError != nil }

    /// Learns the partitions of all topics. Without that the first commit takes most of a second.
    func learnTopics(within limit: Duration) throws(KafkaError) {
        let deadline = ContinuousClock.now + limit
        for topic in topics {
            while true {
                do throws(KafkaError) {
                    _ = try client.partitionCount(of: topic.pointer, within: Self.slice)
                    break
                } catch {
                    guard error.isUnreachable, !mustGiveUp(at: deadline) else { throw error }
                    rd_kafka_poll(client.pointer, Self.pause)
                }
            }
        }
    }

    /// Takes the transactional id over, which ends a predecessor's open transaction.
    ///
    /// - Throws: `retriable` if it did not succeed within `limit`; the same call may then be made again.
    func takeOver(within limit: Duration) throws(KafkaError) {
        let failure = repeatCall(until: ContinuousClock.now + limit, while: { $0.severity == .retriable }) {
            rd_kafka_init_transactions(client.pointer, $0)
        }
        guard let failure else { return }
        let id = client.effectiveValue(of: "transactional.id") ?? ""
        throw failure.naming(
            .init(.write, on: .transactionalID(id)), .init(.idempotentWrite, on: .cluster))
    }

    func begin() throws(KafkaError) {
        precondition(!isOpen, "begin() called while a transaction is open")
        if let error = rd_kafka_begin_transaction(client.pointer) { throw makeError(taking: error) }
        client.context.failedDelivery.withLock { $0 = nil }
        client.context.refusedTopic.withLock { $0 = nil }
        writtenTopics = 0
        deadline = ContinuousClock.now + limits.call
        isOpen = true
    }

    /// Repeats a produce call while the queue is full: delivery reports free it, and they are served here.
    func enqueue(_ call: () -> rd_kafka_resp_err_t) -> rd_kafka_resp_err_t {
        var code = call()
        while code == RD_KAFKA_RESP_ERR__QUEUE_FULL, !mustGiveUp(at: deadline) {
            rd_kafka_poll(client.pointer, 10)
            code = call()
        }
        return code
    }

    /// Throws the error of a record that was not taken: the transaction is incomplete without it, whatever
    /// the code means otherwise.
    func checkProduce(_ code: rd_kafka_resp_err_t, topic: TopicHandle) throws(KafkaError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else {
            writtenTopics |= 1 << topic.index
            return
        }
        if let fatal = client.fatalError { throw fatal }
        // `_STATE` means that the transaction has failed already; the reason is elsewhere.
        if code == RD_KAFKA_RESP_ERR__STATE, let reason = reasonOfFailure() { throw reason }
        let name = names[topic.index]
        throw KafkaError(KafkaError.Code(code), severity: .abortable, topic: name)
            .naming(.init(.write, on: .topic(name)))
    }

    /// Adds offsets to the transaction. The call is not resumable, so it is repeated with identical
    /// arguments.
    ///
    /// - Throws: `abortable` or `fatal`, never `retriable`: after the deadline the transaction is aborted.
    func sendOffsets(_ offsets: borrowing PartitionList, _ group: OpaquePointer) throws(KafkaError) {
        let list = offsets.pointer
        let start = ContinuousClock.now
        let failure = repeatCall(until: deadline, while: { $0.severity == .retriable }) {
            rd_kafka_send_offsets_to_transaction(client.pointer, list, group, $0)
        }
        // A late TxnOffsetCommit would join a later transaction of the same epoch.
        noteDuration(since: start)
        guard let failure else { return }
        guard failure.severity == .retriable else {
            // `_STATE` means that the transaction has failed already, as in `checkProduce`.
            if failure.code == .invalidState, let reason = reasonOfFailure() { throw reason }
            throw cause(of: failure)
        }
        wasSlow = true
        throw KafkaError(failure.code, severity: .abortable, detail: failure.message)
    }

    func commit() -> TransactionOutcome {
        let start = ContinuousClock.now
        let failure = repeatCall(until: deadline, while: \.isSliceOver) {
            rd_kafka_commit_transaction(client.pointer, $0)
        }
        noteDuration(since: start)
        guard let failure else {
            isOpen = false
            return .committed
        }
        switch CommitFailure(failure) {
        case .unknown:
            giveUp()
            return .unknown(failure)
        case .fenced:
            giveUp()
            return .fenced(failure)
        case .requiresAbort:
            let reason = cause(of: failure)
            return switch abort() {
            case .aborted: .aborted(reason)
            // The coordinator has no transaction to abort: it was asked neither to commit nor to add a
            // partition that it did not refuse. This producer is replaced all the same.
            case .unknown(let error) where error.code == .invalidTransactionState: .aborted(reason)
            case .unknown(let error): .unknown(error)
            case .fenced(let error): .fenced(error)
            }
        }
    }

    func abort() -> AbortOutcome {
        let start = ContinuousClock.now
        let failure = repeatCall(until: start + limits.call, while: \.isSliceOver) {
            rd_kafka_abort_transaction(client.pointer, $0)
        }
        noteDuration(since: start)
        guard let failure else {
            isOpen = false
            return .aborted
        }
        giveUp()
        return switch CommitFailure(failure) {
        case .unknown, .requiresAbort: .unknown(failure)
        case .fenced: .fenced(failure)
        }
    }

    /// The end of the transaction is unknown, so this producer must not be used again.
    private func giveUp() {
        isOpen = false
        wasSlow = true
    }
}

extension TransactionSession {
    /// Makes a call in slices until it succeeds (nil), fails otherwise than `isRepeatable` says, or must be
    /// given up; then it returns the last error. There is at least one call.
    private func repeatCall(
        until deadline: ContinuousClock.Instant, while isRepeatable: (KafkaError) -> Bool,
        _ call: (_ timeout: Int32) -> OpaquePointer?
    ) -> KafkaError? {
        while true {
            let start = ContinuousClock.now
            let slice = max(min(start.duration(to: deadline), Self.slice), .milliseconds(1))
            guard let error = call(slice.millisecondsRoundedUp) else { return nil }
            let failure = makeError(taking: error)
            guard isRepeatable(failure), !mustGiveUp(at: deadline) else { return failure }
            // A retriable error may come without a wait. Serving reports meanwhile costs nothing.
            if start.duration(to: .now) < slice { rd_kafka_poll(client.pointer, Self.pause) }
        }
    }

    private func mustGiveUp(at deadline: ContinuousClock.Instant) -> Bool {
        ContinuousClock.now >= deadline || limits.isStopRequested()
    }

    /// Reads and destroys an error object. `_FATAL` only says that there is a fatal error.
    private func makeError(taking error: OpaquePointer) -> KafkaError {
        let failure = KafkaError(taking: error)
        return failure.code == .fatal ? client.fatalError ?? failure : failure
    }

    private func noteDuration(since start: ContinuousClock.Instant) {
        if start.duration(to: .now) > socketTimeout { wasSlow = true }
    }

    /// Why the open transaction cannot be committed any more.
    private func reasonOfFailure() -> KafkaError? {
        rd_kafka_poll(client.pointer, 0)
        // While a transaction is open this has no effect: librdkafka answers with the error that the
        // transaction failed with (rd_kafka_txn_require_state).
        guard let error = rd_kafka_begin_transaction(client.pointer) else {
            preconditionFailure("librdkafka began a second transaction while one was open")
        }
        let failure = makeError(taking: error)
        return failedDelivery(behind: failure)
            ?? (failure.severity == .retriable ? nil : withTopic(failure))
    }

    /// What a transaction failed with: the record that was not delivered, or the topic that was not added to
    /// it.
    private func cause(of failure: KafkaError) -> KafkaError {
        switch failure.severity {
        case .abortable where !failure.isFenced && !failure.isStaleGeneration:
            failedDelivery(behind: failure) ?? withTopic(failure)
        case .abortable, .retriable, .fatal: failure
        }
    }

    /// Names the topic in an error of a topic that came without one: the one that the coordinator refused, or
    /// the only one with a record in the transaction. Where there are several, the message lists them.
    private func withTopic(_ failure: KafkaError) -> KafkaError {
        guard failure.topic == nil, failure.code.produceScope == .topic else { return failure }
        let written = names.indices.filter { writtenTopics & (1 << $0) != 0 }.map { names[$0] }
        let topic =
            client.context.refusedTopic.withLock { $0 } ?? (written.count == 1 ? written[0] : nil)
        let list = topic == nil ? "; topics of the transaction: \(written.joined(separator: ", "))" : ""
        let error = KafkaError(
            failure.code, severity: failure.severity, topic: topic, detail: failure.message + list)
        return topic.map { error.naming(.init(.write, on: .topic($0))) } ?? error
    }

    /// The first record that was not delivered, which is the cause of a transaction's failure.
    private func failedDelivery(behind error: KafkaError) -> KafkaError? {
        guard let failed = client.context.failedDelivery.withLock({ $0 }) else { return nil }
        let code = KafkaError.Code(rawValue: failed.code)
        let index = topics.firstIndex { Int(bitPattern: $0.pointer) == failed.topic }
        let topic = index.map { names[$0] }
        let failure = KafkaError(
            code, severity: .abortable, topic: topic,
            detail: "\(error.message) (\(code.name)\(topic.map { " on \($0)" } ?? ""): \(code.sentence))")
        return topic.map { failure.naming(.init(.write, on: .topic($0))) } ?? failure
    }
}

extension KafkaError {
    /// The slice ended and librdkafka goes on in the background: the same call resumes.
    fileprivate var isSliceOver: Bool { severity == .retriable && code == .timedOut }
}
