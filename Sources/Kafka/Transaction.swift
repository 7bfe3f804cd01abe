internal import CRDKafka

/// An open transaction: it ends with `commit` or `abort`, and is aborted if it is dropped.
///
/// Never fill a batch while one is open: a rebalance in between would commit what another member owns.
public struct Transaction: ~Copyable {
    private let session: TransactionSession

    init(_ session: TransactionSession) { self.session = session }

    deinit {
        // Reached with an open transaction only when an error was thrown past it.
        if session.isOpen { try? session.abort() }
    }

    /// Hands a record to librdkafka, which copies key and value once and sends it in the background. Whether
    /// it was written is known when the transaction commits.
    ///
    /// - Parameters:
    ///   - partition: nil leaves the choice to murmur2 of the key, as Java clients choose.
    ///   - value: nil writes a tombstone.
    ///   - timestamp: milliseconds since 1970, UTC; nil stands for now.
    /// - Throws: `isRecordTooLarge`, `isUnknownTopic`, or what made the transaction fail already: abortable,
    ///   with the transaction still open, or fatal.
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
        try session.checkProduce(code)
        headers.wereTaken()
    }

    /// Adds the positions of a consumer's group to the transaction. The group's metadata is fetched anew for
    /// each transaction, so that a member of an older generation cannot commit.
    ///
    /// - Parameter offsets: of the *next* records, as `Consumer.nextOffsets` gives them.
    /// - Throws: `isStaleGeneration` or `isFenced`: abort and drop the batch.
    public func sendOffsets(
        _ offsets: [PartitionOffset], of consumer: borrowing Consumer
    ) throws(KafkaError) {
        guard let group = rd_kafka_consumer_group_metadata(consumer.client.pointer) else {
            throw KafkaError(.invalidState, detail: "the consumer is in no group")
        }
        defer { rd_kafka_consumer_group_metadata_destroy(group) }
        let list = PartitionList(offsets)
        try session.insist {
            rd_kafka_send_offsets_to_transaction(session.client.pointer, list.pointer, group, $0)
        }
    }

    /// Waits until all records are written and makes them visible with the offsets.
    ///
    /// - Throws: an `abortable` error when nothing of it became visible: the transaction has been aborted, and
    ///   the batch may be tried again in a new one. A `fatal` one when this producer is of no further use;
    ///   the broker may or may not have committed, and the group's committed offsets say which.
    public consuming func commit() throws(KafkaError) { try session.commit() }

    /// Drops all records and offsets of this transaction.
    ///
    /// - Throws: a `fatal` error when this producer is of no further use; the broker then aborts by itself, when
    ///   the transaction's time is over or a producer with the same id comes.
    public consuming func abort() throws(KafkaError) { try session.abort() }
}

/// Calls `body` with a span's address and length; an absent span is a null pointer, an empty one is not.
@inline(__always)
func withBytes<Result>(of span: RawSpan?, _ body: (UnsafeRawPointer?, Int) -> Result) -> Result {
    guard let span else { return body(nil, 0) }
    return span.withUnsafeBytes { bytes in
        body(bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1), bytes.count)
    }
}
