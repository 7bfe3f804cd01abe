// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// An open transaction: it ends with `commit` or `abort`, and is aborted if it is dropped.
///
/// Never fill a batch while one is open: a rebalance in between would commit what another member owns.
public struct Transaction: ~Copyable {
    private let session: TransactionSession

    init(_ session: TransactionSession) { self.session = session }

    deinit {
        // Reached with an open transaction only if an error was thrown past it. The session remembers an
        // abort that was not confirmed, and asks for another producer.
        if session.isOpen { _ = session.abort() }
    }

    /// Hands a record to librdkafka, which copies key and value once and sends it in the background. Whether
    /// it was written is known when the transaction commits.
    ///
    /// - Parameters:
    ///   - partition: nil leaves the choice to murmur2 of the key, as Java clients choose.
    ///   - value: nil writes a tombstone.
    ///   - timestamp: milliseconds since 1970, UTC; nil means now.
    /// - Throws: `messageTooLarge`, `isUnknownTopic`, or the error with which the transaction has failed
    ///   already: abortable, with the transaction still open, or fatal. Never retriable.
    public func produce(
        to topic: TopicHandle, partition: Int32? = nil, key: RawSpan?, value: RawSpan?,
        headers: consuming RecordHeaders = RecordHeaders(), timestamp: Int64? = nil
    ) throws(KafkaError) {
        let code = withBytes(of: key) { key, keyLength in
            withBytes(of: value) { value, valueLength in
                session.enqueue {
                    crdkafka_produce(
                        session.client.pointer, session.topics[topic.index].pointer,
                        partition ?? RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, valueLength, key,
                        keyLength, timestamp ?? 0, headers.offered, nil)
                }
            }
        }
        try session.checkProduce(code, topic: topic)
        headers.wereTaken()
    }

    /// Adds the positions of a consumer's group to the transaction. The group's metadata is fetched again for
    /// each transaction, so that a member of an older generation cannot commit.
    ///
    /// - Parameter offsets: of the *next* records.
    /// - Throws: `isStaleGeneration` or `isFenced`: abort and drop the batch. Never retriable.
    public func sendOffsets(
        _ offsets: [PartitionOffset], of consumer: borrowing Consumer
    ) throws(KafkaError) {
        guard let group = rd_kafka_consumer_group_metadata(consumer.client.pointer) else {
            throw KafkaError(.invalidState, detail: "the consumer is in no group")
        }
        defer { rd_kafka_consumer_group_metadata_destroy(group) }
        let list = PartitionList(offsets)
        try requiring(.init(.read, on: .group(consumer.groupID))) { () throws(KafkaError) in
            try session.sendOffsets(list, group)
        }
    }

    /// Waits until all records are written and makes them visible with the offsets. A transaction that cannot
    /// be committed is aborted.
    public consuming func commit() -> TransactionOutcome { session.commit() }

    /// Drops all records and offsets of this transaction.
    public consuming func abort() -> AbortOutcome { session.abort() }

    /// Drops it after an error of `produce` or `sendOffsets`, which is then the reason.
    ///
    /// Nothing asked to commit it, so an abort without an answer leaves it open at most. The next producer
    /// ends it.
    public consuming func abort(after error: KafkaError) -> TransactionOutcome {
        if error.severity == .fatal { return error.isFenced ? .fenced(error) : .unknown(error) }
        return switch session.abort() {
        case .aborted, .unknown: .aborted(error)
        case .fenced(let abort): .fenced(abort)
        }
    }
}

/// Calls `body` with a span's address and length; an absent span is a null pointer, an empty one is not.
@inline(__always)
func withBytes<Result>(of span: RawSpan?, _ body: (UnsafeRawPointer?, Int) -> Result) -> Result {
    guard let span else { return body(nil, 0) }
    return span.withUnsafeBytes { bytes in
        body(bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1), bytes.count)
    }
}
