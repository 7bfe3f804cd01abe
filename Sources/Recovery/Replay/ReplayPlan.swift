// SPDX-License-Identifier: Apache-2.0
internal import Audit
public import Payments

/// The records that a replay publishes: what the log implies and the topics lack.
///
/// A plan names each record by its callback and the digest of its bytes, and contains none of them. So it can
/// be shown to a second person, and what is published is what was approved.
public struct ReplayPlan: Sendable, Equatable {
    /// One record to publish.
    public struct Item: Sendable, Equatable {
        public var partition: Int32
        /// The callback's offset.
        public var callback: Int64
        public var decision: Decision
        /// Nil where there was nothing to make a key of.
        public var key: [UInt8]?
        /// SHA-256 of the record's key, value and headers.
        public var digest: [UInt8]

        public init(
            partition: Int32, callback: Int64, decision: Decision, key: [UInt8]?, digest: [UInt8]
        ) {
            self.partition = partition
            self.callback = callback
            self.decision = decision
            self.key = key
            self.digest = digest
        }
    }

    /// How far a partition was looked at.
    public struct Partition: Sendable, Equatable {
        public var partition: Int32
        /// Nil where no worker has begun it: then nothing of it is missing.
        public var progress: Int64?
        /// The first callback that was looked at.
        public var start: Int64
        /// The offset behind the last.
        public var end: Int64

        public init(partition: Int32, progress: Int64?, start: Int64, end: Int64) {
            self.partition = partition
            self.progress = progress
            self.start = start
            self.end = end
        }
    }

    /// The id that the cluster was formatted with.
    public var cluster: String
    /// By ``Payments/Topic``.
    public var topics: [String]
    /// The workers' group.
    public var group: String
    public var createdAt: Timestamp
    public var partitions: [Partition]
    /// In the order of partitions and offsets.
    public var items: [Item]

    public init(
        cluster: String, topics: [String], group: String, createdAt: Timestamp, partitions: [Partition],
        items: [Item]
    ) {
        self.cluster = cluster
        self.topics = topics
        self.group = group
        self.createdAt = createdAt
        self.partitions = partitions
        self.items = items
    }

    /// Names the plan: a digest of where it holds and of all its items.
    public var id: String {
        var text = Array("\(cluster) \(group) \(topics.joined(separator: " "))".utf8)
        for item in items {
            text.append(contentsOf: "\n\(item.partition) \(item.callback) \(item.decision.name) ".utf8)
            text.append(contentsOf: item.digest)
        }
        return SHA256.bytes(of: text).prefix(8).hexadecimal
    }

    /// How many items go to a topic.
    public func count(of topic: Topic, in partition: Int32) -> Int {
        items.count { $0.partition == partition && $0.decision.topic == topic }
    }
}

extension Collection<UInt8> {
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Reads what `hexadecimal` writes; nil where the text is something else.
    init?(hexadecimal text: String) {
        let digits = text.compactMap(\.hexDigitValue)
        self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        guard hexadecimal == text else { return nil }
    }
}
