// SPDX-License-Identifier: Apache-2.0

/// How far a partition of the callbacks topic has been processed.
///
/// The worker writes it to the changelog in each transaction that touches the partition, under `key`. So the
/// payment state and the offset up to which it is complete are kept or lost together. It is the authority on
/// what has been processed: the group's committed offset is a copy, which tools can move and brokers delete.
///
/// The value is one line of ASCII text, so that any Kafka tool shows it:
///
///     tidings/2 next=1250 partitions=12 epoch=1790000000000 lost=100-124 skipped=300-310 used=start-at
///
/// Kafka's batches and the state store have checksums, so the text needs none.
public struct PartitionProgress: Sendable, Equatable {
    /// The record's key. No payment's key begins with this character.
    public static let key = Array("\(keyName)".utf8)
    private static let keyName: StaticString = "!progress"
    /// The version of this format and of the changelog it is in. Version 1 had no progress.
    public static let version = 2
    /// More gaps than these are merged, the oldest first, so that the record stays small.
    public static let mostGaps = 16

    /// A range of callbacks that no worker processed.
    public struct Gap: Sendable, Equatable {
        /// Why they were not processed.
        public enum Cause: String, Sendable, CaseIterable {
            /// The callbacks topic no longer had them, or an operator accepted that it was replaced.
            case lost
            /// An operator moved the group's offset and chose to start there.
            case skipped
        }

        public var cause: Cause
        public var from: Int64
        /// The offset after the last.
        public var to: Int64

        public init(_ cause: Cause, from: Int64, to: Int64) {
            self.cause = cause
            self.from = from
            self.to = to
        }

        /// How many offsets it covers.
        public var count: Int64 { to - from }
    }

    /// The offset of the next callback to process.
    public var next: Int64
    /// How many partitions the topics had when the partition was first processed. The partition of a payment
    /// is derived from it, also when partitions are added later.
    public var partitionCount: Int32
    /// Names this changelog among those that replaced one another: a state store that was filled from another
    /// one is rebuilt, even where the new changelog has grown beyond the store's position.
    public var epoch: Int64
    /// What was not processed, oldest first.
    public private(set) var gaps: [Gap] = []
    /// `--start-at committed` was used here, and every start since then had it too. It is not used again.
    public var hasUsedStartAt = false
    /// The offset of the `--accept-callbacks-loss` that was used here, while every start since then has it.
    public var usedCallbacksLoss: Int64?

    public init(next: Int64, partitionCount: Int32, epoch: Int64) {
        self.next = next
        self.partitionCount = partitionCount
        self.epoch = epoch
    }

    /// Records that a range was not processed.
    public mutating func add(_ gap: Gap) {
        guard gap.count > 0 else { return }
        gaps.append(gap)
        guard gaps.count > Self.mostGaps else { return }
        // Lost is the graver of two causes.
        let cause: Gap.Cause = gaps[0].cause == .skipped && gaps[1].cause == .skipped ? .skipped : .lost
        let merged = Gap(cause, from: min(gaps[0].from, gaps[1].from), to: max(gaps[0].to, gaps[1].to))
        gaps.replaceSubrange(0...1, with: [merged])
    }

    /// Whether a record of the changelog, or an entry of the state store, is a partition's progress.
    public static func isKey(_ key: RawSpan) -> Bool { key.isEqual(to: keyName) }
}

/// Why a progress record cannot be read.
public enum ProgressError: Error, Equatable, Sendable {
    /// Another version of this software wrote it.
    case version(String)
    /// It is not a progress record.
    case malformed
}

extension PartitionProgress {
    private static let title = "tidings/"

    /// The record's value.
    public var bytes: [UInt8] {
        var text = "\(Self.title)\(Self.version) next=\(next) partitions=\(partitionCount) epoch=\(epoch)"
        for gap in gaps { text += " \(gap.cause.rawValue)=\(gap.from)-\(gap.to)" }
        if hasUsedStartAt { text += " used=start-at" }
        if let usedCallbacksLoss { text += " used=callbacks-loss:\(usedCallbacksLoss)" }
        return Array(text.utf8)
    }

    /// Reads a record's value.
    public init(decoding bytes: RawSpan) throws(ProgressError) {
        let text = bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.first, first.hasPrefix(Self.title) else { throw .malformed }
        let version = first.dropFirst(Self.title.count)
        guard version == "\(Self.version)" else { throw .version(String(version)) }
        var next: Int64?
        var partitionCount: Int32?
        var epoch: Int64?
        var rest = PartitionProgress(next: 0, partitionCount: 1, epoch: 0)
        for word in words.dropFirst() {
            guard let equals = word.firstIndex(of: "=") else { throw .malformed }
            let value = word[word.index(after: equals)...]
            switch word[..<equals] {
            case "next": next = Int64(value)
            case "partitions": partitionCount = Int32(value)
            case "epoch": epoch = Int64(value)
            case "used": try rest.readUse(value)
            case let name:
                guard let cause = Gap.Cause(rawValue: String(name)), let gap = Gap(cause, value) else {
                    throw .malformed
                }
                rest.gaps.append(gap)
            }
        }
        guard let next, let partitionCount, let epoch, next >= 0, partitionCount > 0 else { throw .malformed }
        self = rest
        self.next = next
        self.partitionCount = partitionCount
        self.epoch = epoch
    }

    private mutating func readUse(_ value: Substring) throws(ProgressError) {
        let callbacksLoss = "callbacks-loss:"
        if value == "start-at" {
            hasUsedStartAt = true
        } else if value.hasPrefix(callbacksLoss), let offset = Int64(value.dropFirst(callbacksLoss.count)) {
            usedCallbacksLoss = offset
        } else {
            throw .malformed
        }
    }
}

extension PartitionProgress.Gap {
    /// Reads `100-124`.
    fileprivate init?(_ cause: Cause, _ text: Substring) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = Int64(parts[0]), let to = Int64(parts[1]), from < to else {
            return nil
        }
        self.init(cause, from: from, to: to)
    }
}
