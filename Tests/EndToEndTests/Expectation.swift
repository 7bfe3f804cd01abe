import Kafka
import Payments
import TestSupport

/// What must be on the topics, derived from the callbacks alone: each partition judged from its first record to its
/// last by one judge that is never interrupted.
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
    private(set) var memories: [[UInt8]: [UInt8]] = [:]

    init(_ installation: Installation) throws {
        let callbacks = try readAll(
            installation.topics[.callbacks], at: installation.broker.bootstrapServers)
        var judge = Judge(
            settings: JudgeSettings(
                verification: .never, encoding: installation.encoding, topics: installation.topics),
            keys: nil)
        // Partitions that were added later are processed by nobody.
        for callback in callbacks where callback.partition < installation.partitions {
            try take(callback, judge: &judge, partitionCount: installation.partitions)
        }
    }

    var callbackCount: Int { account.values.reduce(0, +) }

    private mutating func take(_ record: ReadRecord, judge: inout Judge, partitionCount: Int32) throws {
        var receipt = ReceiptHeaders()
        for header in record.headers {
            let (name, value) = (Array(header.name.utf8), header.value ?? [])
            receipt.add(name: name.span.bytes, value: value.span.bytes)
        }
        let body = record.value ?? []
        let verdict = try judge.judge(
            body: body.span.bytes, receipt: receipt,
            place: Place(partition: record.partition, partitionCount: partitionCount, offset: record.offset),
            time: Timestamp(milliseconds: record.timestamp ?? 0)
        ) { (key, memory) throws(MemoryError) in
            guard let found = memories[key.withUnsafeBytes { [UInt8]($0) }] else { return false }
            memory = found
            return true
        }
        account[verdict.decision, default: 0] += 1
        let key = Array(judge.bytes[verdict.key.range])
        if let memory = verdict.memory { memories[key] = Array(judge.bytes[memory.range]) }
        guard let topic = verdict.decision.topic else { return }
        let value: [UInt8]? =
            switch verdict.value {
            case .null: nil
            case .body: body
            case .written(let text): Array(judge.bytes[text.range])
            }
        let headers = judge.headers.map { header in
            ReadRecord.Header(name: "\(header.name)", value: Array(judge.bytes[header.value.range]))
        }
        outputs[topic]?.append(
            Output(partition: record.partition, key: key, value: value, headers: headers))
    }

    /// What a read_committed reader finds, in the order of partitions and offsets.
    static func found(_ topic: Topic, in installation: Installation) throws -> [Output] {
        try readAll(installation.topics[topic], at: installation.broker.bootstrapServers).map {
            Output(partition: $0.partition, key: $0.key, value: $0.value, headers: $0.headers)
        }
    }
}
