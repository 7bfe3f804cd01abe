// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments
internal import Telemetry

/// Writes to one partition of the new topics, in transactions. Confined to one thread.
final class RebuildPublisher {
    private static let written = [Topic.status, .review, .deadLetter, .changelog]

    private let names: TopicNames
    private let partition: Int32
    private let producer: ReplayProducer

    /// Takes over the transactional id.
    init(_ settings: Rebuild.Settings, partition: Int32, log: Log) throws(ReplayError) {
        let names = settings.names
        self.names = names
        self.partition = partition
        producer = try ReplayProducer(
            settings.log.kafka, transactionalID: "\(settings.group)-\(partition)", group: settings.group,
            topics: Self.written.map { names[$0] }, log: log)
    }

    /// Publishes a batch with the progress it leads to.
    func publish(
        _ outputs: [DerivedOutput], _ changes: [(key: [UInt8], state: [UInt8]?)],
        _ progress: PartitionProgress, offset: PartitionOffset
    ) throws(ReplayError) {
        try transact(offset) { (writer) throws(KafkaError) in
            for output in outputs {
                try writer.write(to: output.topic, output.key, output.value, RecordHeaders(of: output))
            }
            for change in changes {
                try writer.write(to: .changelog, change.key, change.state, RecordHeaders())
            }
            try writer.write(to: .changelog, PartitionProgress.key, progress.bytes, RecordHeaders())
        }
    }

    /// Publishes records as they are.
    func copy(_ records: [LoggedRecord], to topic: Topic, offset: PartitionOffset) throws(ReplayError) {
        try transact(offset) { (writer) throws(KafkaError) in
            for record in records {
                var headers = RecordHeaders()
                for header in record.headers {
                    let bytes = record.bytes.span.bytes
                    if let value = header.value {
                        headers.add(
                            name: bytes.extracting(header.name), value: bytes.extracting(value))
                    } else {
                        headers.add(name: bytes.extracting(header.name), value: nil)
                    }
                }
                try writer.write(
                    to: topic, record.keyBytes.map { Array($0) }, record.valueBytes.map { Array($0) },
                    headers)
            }
        }
    }

    /// Writes the records of the open transaction.
    struct Writer: ~Copyable {
        let transaction: Transaction
        let handles: [Topic: TopicHandle]
        let partition: Int32

        borrowing func write(
            to topic: Topic, _ key: [UInt8]?, _ value: [UInt8]?, _ headers: consuming RecordHeaders
        ) throws(KafkaError) {
            guard let handle = handles[topic] else {
                preconditionFailure("\(topic) is not a topic that a rebuild writes to")
            }
            try transaction.produce(
                to: handle, partition: partition, key: key?.span.bytes, value: value?.span.bytes,
                headers: headers)
        }
    }

    private func transact(
        _ offset: PartitionOffset, _ write: (borrowing Writer) throws(KafkaError) -> Void
    ) throws(ReplayError) {
        try producer.commit { () throws(ReplayError) in try transactOnce(offset, write) }
        Failpoint.rebuildAfterCommit.reach()
    }

    private func transactOnce(
        _ offset: PartitionOffset, _ write: (borrowing Writer) throws(KafkaError) -> Void
    ) throws(ReplayError) -> TransactionOutcome {
        var handles: [Topic: TopicHandle] = [:]
        for topic in Self.written { handles[topic] = producer.topic(names[topic]) }
        let writer = Writer(transaction: try producer.begin(), handles: handles, partition: partition)
        do throws(KafkaError) {
            try write(writer)
            Failpoint.rebuildAfterProduce.reach()
            try writer.transaction.sendOffsets([offset], of: producer.member)
        } catch {
            return writer.end().abort(after: error)
        }
        Failpoint.rebuildAfterOffsets.reach()
        Failpoint.rebuildDuringCommit.reachDuringNextCall()
        return writer.end().commit()
    }
}

extension RebuildPublisher.Writer {
    /// The transaction, to be ended.
    fileprivate consuming func end() -> Transaction { transaction }
}
