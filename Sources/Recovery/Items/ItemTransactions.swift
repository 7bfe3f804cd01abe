// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments
internal import StateStore
internal import Telemetry

/// Resolves items, each in one transaction: the record that resolves it, and the callback again where it is
/// released or redriven.
///
/// The transactional id is fixed. So the next start of the same command ends what a killed one left open, and
/// two that run at the same time exclude each other: the later one fences the earlier, whose transaction then
/// fails. What was read before this was made may therefore be out of date; read the item again before
/// `resolve`.
///
/// Confined to the thread that made it.
struct ItemTransactions: ~Copyable {
    /// After this time the broker aborts the transaction of a command that was killed. Workers wait that long
    /// at most for the callbacks behind it.
    private static let transactionTimeout = Duration.seconds(10)

    private let producer: TransactionalProducer
    private let callbacks: TopicHandle
    private let items: TopicHandle

    /// - Parameter topic: review or dead letter.
    init(_ reader: ItemReader, topic: Topic) throws(RecoveryError) {
        precondition(topic == .review || topic == .deadLetter, "items are on two topics only")
        let settings = reader.settings
        let names = [settings.log.topics[.callbacks], settings.log.topics[topic]]
        let command = topic == .review ? "review" : "dead-letter"
        do throws(KafkaError) {
            producer = try TransactionalProducer(
                settings.producing,
                .init(
                    transactionalID: "\(settings.log.group)-\(command)", topics: names,
                    transactionTimeout: Self.transactionTimeout), log: reader.log)
        } catch {
            throw .kafka(error)
        }
        callbacks = producer.topic(names[0])
        items = producer.topic(names[1])
        Failpoint.beforeResolution.reach()
    }

    /// Resolves an item.
    ///
    /// - Parameters:
    ///   - item: read after this producer was made, and open.
    ///   - repeated: the record to write to the callbacks topic; nil for a dismissal.
    func resolve(
        _ item: Item, by resolution: Resolution, repeating repeated: RepeatedRecord?
    ) throws(RecoveryError) {
        precondition(item.isOpen, "resolve(_:by:repeating:) called for an item that is resolved")
        guard !producer.needsReplacement else {
            throw .refused(
                "the connection to the coordinator was lost: run the command again, and it goes on")
        }
        let outcome: TransactionOutcome
        do throws(KafkaError) {
            let transaction = try producer.begin()
            if let repeated { try write(repeated, of: item, in: transaction) }
            Failpoint.betweenResolutionRecords.reach()
            try write(resolution, of: item, in: transaction)
            Failpoint.beforeResolutionCommit.reach()
            Failpoint.duringResolutionCommit.reachDuringNextCall()
            outcome = transaction.commit()
        } catch {
            // The transaction was dropped on the way here, and so aborted.
            throw error.isFenced ? .fenced(error) : .kafka(error)
        }
        switch outcome {
        case .committed: Failpoint.afterResolutionCommit.reach()
        case .aborted(let error): throw .kafka(error)
        case .unknown(let error): throw .unknownOutcome(error)
        case .fenced(let error): throw .fenced(error)
        }
    }

    /// To the partition of the first record: that is its key's, or it would not be there.
    private func write(
        _ record: RepeatedRecord, of item: Item, in transaction: borrowing Transaction
    ) throws(KafkaError) {
        var headers = RecordHeaders()
        for (name, value) in record.headers {
            headers.add(name: name.span.bytes, value: value?.span.bytes)
        }
        let (key, value) = (record.key, record.value)
        try transaction.produce(
            to: callbacks, partition: item.callback.partition, key: key?.span.bytes,
            value: value?.span.bytes, headers: headers, timestamp: record.time.milliseconds)
    }

    private func write(
        _ resolution: Resolution, of item: Item, in transaction: borrowing Transaction
    ) throws(KafkaError) {
        var headers = RecordHeaders()
        for (name, text) in resolution.headers {
            let value = Array(text.utf8)
            headers.add(name, value.span.bytes)
        }
        let key = item.key
        try transaction.produce(
            to: items, partition: item.callback.partition, key: key.isEmpty ? nil : key.span.bytes,
            value: nil,
            headers: headers)
    }
}

extension Resolution {
    fileprivate var headers: [(StaticString, String)] {
        [
            (RecordHeader.resolution, kind.rawValue), (RecordHeader.resolves, callback.text),
            (RecordHeader.resolvedBy, by), (RecordHeader.resolvedAt, at.text),
        ] + (reason.map { [(RecordHeader.resolutionReason, $0)] } ?? [])
    }
}
