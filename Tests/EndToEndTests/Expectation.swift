// SPDX-License-Identifier: Apache-2.0
import Kafka
import Payments
import TestSupport

/// What must be on the topics, derived from the callbacks alone: each partition checked from its first record
/// to its last by one record processor that is never interrupted.
struct Expectation {
    struct Output: Hashable {
        var partition: Int32
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [ReadRecord.Header]
    }

    private(set) var outputs: [Topic: [Output]] = [.status: [], .review: [], .deadLetter: []]
    /// By decision; their sum is the number of callbacks.
    private(set) var account: [Decision: Int] = [:]
    private(set) var states: [[UInt8]: [UInt8]] = [:]

    init(_ installation: Installation) throws {
        try self.init(
            installation,
            of: readAll(installation.topics[.callbacks], at: installation.broker.bootstrapServers))
    }

    /// - Parameter callbacks: records of the callbacks topic, in the order of partitions and offsets.
    init(_ installation: Installation, of callbacks: [ReadRecord]) throws {
        var processor = RecordProcessor(
            settings: ProcessorSettings(
                verification: .never, encoding: installation.encoding, topics: installation.topics),
            keys: nil)
        // Partitions that were added later are not processed.
        for callback in callbacks where callback.partition < installation.partitions {
            try take(callback, processor: &processor, partitionCount: installation.partitions)
        }
    }

    var callbackCount: Int { account.values.reduce(0, +) }

    private mutating func take(_ record: ReadRecord, processor: inout RecordProcessor, partitionCount: Int32)
        throws
    {
        var receipt = ReceiptHeaders()
        for header in record.headers {
            let (name, value) = (Array(header.name.utf8), header.value ?? [])
            receipt.add(name: name.span.bytes, value: value.span.bytes)
        }
        let body = record.value ?? []
        let output = try processor.process(
            body: record.value == nil ? nil : body.span.bytes, receipt: receipt,
            position: RecordPosition(partition: record.partition, offset: record.offset),
            partitionCount: partitionCount, time: Timestamp(milliseconds: record.timestamp ?? 0)
        ) { (key, state) throws(PaymentStateError) in
            guard let found = states[key.withUnsafeBytes { [UInt8]($0) }] else { return false }
            state = found
            return true
        }
        account[output.decision, default: 0] += 1
        let key = Array(processor.bytes[output.key.range])
        if let state = output.state { states[key] = Array(processor.bytes[state.range]) }
        guard let topic = output.decision.topic else { return }
        let value: [UInt8]? =
            switch output.value {
            case .null: nil
            case .body: body
            case .written(let text): Array(processor.bytes[text.range])
            }
        let headers = processor.headers.map { header in
            ReadRecord.Header(name: "\(header.name)", value: Array(processor.bytes[header.value.range]))
        }
        outputs[topic]?.append(
            Output(
                partition: record.partition, key: key.isEmpty ? nil : key, value: value, headers: headers))
    }

    /// What a read_committed reader finds, in the order of partitions and offsets.
    static func found(_ topic: Topic, in installation: Installation) throws -> [Output] {
        try readAll(installation.topics[topic], at: installation.broker.bootstrapServers).map {
            Output(partition: $0.partition, key: $0.key, value: $0.value, headers: $0.headers)
        }
    }
}
