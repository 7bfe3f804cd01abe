// SPDX-License-Identifier: Apache-2.0
public import Kafka
internal import Telemetry

/// A record copied out of a topic.
public struct ReadRecord: Equatable, Sendable {
    public var partition: Int32
    public var offset: Int64
    public var timestamp: Int64?
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [Header]

    public struct Header: Hashable, Sendable {
        public var name: String
        public var value: [UInt8]?

        public init(name: String, value: [UInt8]?) {
            self.name = name
            self.value = value
        }
    }

    public var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
    public var valueText: String? { value.map { String(decoding: $0, as: UTF8.self) } }

    /// The last header of that name.
    public func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Copies a record out of its batch.
    public init(_ record: borrowing Record) {
        partition = record.partition
        offset = record.offset
        timestamp = record.timestamp
        key = bytes(record.key)
        value = bytes(record.value)
        headers = []
        let found = record.headers
        for index in 0..<found.count {
            let header = found[index]
            headers.append(
                Header(
                    name: String(decoding: bytes(header.name) ?? [], as: UTF8.self),
                    value: bytes(header.value)))
        }
    }
}

/// Copies borrowed bytes; nil stays nil.
public func bytes(_ span: RawSpan?) -> [UInt8]? {
    guard let span else { return nil }
    return span.withUnsafeBytes { [UInt8]($0) }
}

/// Thrown when the end of a topic is not reached in time.
public struct TopicNotRead: Error, CustomStringConvertible {
    public let description: String
}

/// Reads all that is in a topic now, partition after partition, as an ordinary reader would.
///
/// A transaction becomes visible when its markers are written, shortly after its commit returned: a test uses
/// `eventually` for what it has just committed.
public func readAll(
    _ topic: String, at bootstrapServers: String, isolation: Consumer.Isolation = .readCommitted,
    within limit: Duration = .seconds(120)
) throws -> [ReadRecord] {
    let configuration = try KafkaConfiguration(bootstrapServers: bootstrapServers)
    let admin = try Admin(configuration, log: .silent)
    guard let description = try admin.describe(topic, within: limit) else {
        throw TopicNotRead(description: "there is no topic \(topic)")
    }
    var consumer = try Consumer(configuration, group: nil, isolation: isolation, log: .silent)
    var batch = RecordBatch()
    var records: [ReadRecord] = []
    let deadline = ContinuousClock.now + limit
    for number in 0..<description.partitions {
        let partition = TopicPartition(topic: topic, partition: Int32(number))
        let end = try watermarks(of: partition, consumer, until: deadline)
        guard end.low < end.high else { continue }
        try consumer.assign([
            PartitionOffset(topic: topic, partition: partition.partition, offset: end.low)
        ])
        // The position passes the control markers of transactions, which are not records.
        while try consumer.position(of: partition) ?? 0 < end.high {
            if ContinuousClock.now > deadline {
                throw TopicNotRead(description: "\(partition) was not read to \(end.high) within \(limit)")
            }
            try consumer.fill(&batch, first: .milliseconds(100), limit: 1000)
            for index in 0..<batch.count where batch[index].offset < end.high {
                records.append(ReadRecord(batch[index]))
            }
        }
        batch.empty()
    }
    consumer.close()
    return records
}

/// Asks again while the error may pass: a partition of a new topic may not have its leader yet.
private func watermarks(
    of partition: TopicPartition, _ consumer: borrowing Consumer, until deadline: ContinuousClock.Instant
) throws -> Watermarks {
    while true {
        do throws(KafkaError) {
            return try consumer.watermarks(of: partition, within: .seconds(120))
        } catch {
            guard error.severity == .retriable, ContinuousClock.now < deadline else { throw error }
        }
    }
}

extension RecordHeaders {
    /// A copy of a record's headers; a header without a value gets an empty one.
    public init(of record: ReadRecord) {
        self.init()
        for header in record.headers {
            let (name, value) = (Array(header.name.utf8), header.value ?? [])
            add(name: name.span.bytes, value: value.span.bytes)
        }
    }
}
