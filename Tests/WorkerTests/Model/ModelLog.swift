// SPDX-License-Identifier: Apache-2.0
import Payments

/// A transaction of the model: from its first record until every partition it touched has its marker.
final class ModelTransaction {
    enum State: Equatable {
        case open
        /// Decided; the markers that make it so are still under way.
        case decided(isCommitted: Bool)
        case complete(isCommitted: Bool)
    }

    let producer: String
    let epoch: Int
    let session: ModelSession
    var state = State.open
    /// Partitions that lack its marker.
    var unmarked: [ModelPartition] = []
    /// Whether the group's coordinator is the first to hear of the end.
    var hasOffsetsFirst = false
    /// The group's offsets that it holds back.
    var offsets: [Int32: CommittedPosition] = [:]
    /// Where they are in the offsets topic.
    var offsetsSequence = 0

    init(_ producer: String, epoch: Int, session: ModelSession) {
        self.producer = producer
        self.epoch = epoch
        self.session = session
    }

    /// Adds offsets that the coordinator received. What it received last counts.
    func add(_ offsets: [Int32: CommittedPosition], sequence: Int) {
        self.offsets.merge(offsets) { $1 }
        offsetsSequence = sequence
    }

    var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    var isCommitted: Bool { state == .complete(isCommitted: true) }
}

/// A record as it is in a log.
struct ModelRecord: Equatable {
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [String: [UInt8]] = [:]
    var time: Int64 = 0
}

/// One partition's log; an entry's offset is its index.
final class ModelPartition {
    enum Entry {
        case record(ModelRecord, ModelTransaction?)
        case marker
        /// Taken out by compaction.
        case gap
    }

    private(set) var entries: [Entry] = []
    private var unmarked: [(transaction: ModelTransaction, first: Int)] = []

    var end: Int { entries.count }

    /// The first offset that a read_committed reader cannot pass yet.
    var lastStable: Int { unmarked.map(\.first).min() ?? end }

    func append(_ record: ModelRecord, _ transaction: ModelTransaction? = nil) {
        if let transaction, !unmarked.contains(where: { $0.transaction === transaction }) {
            unmarked.append((transaction, end))
            transaction.unmarked.append(self)
        }
        entries.append(.record(record, transaction))
    }

    func mark(_ transaction: ModelTransaction) {
        unmarked.removeAll { $0.transaction === transaction }
        entries.append(.marker)
    }

    /// What a read_committed reader gets, in order.
    var committed: [ModelRecord] {
        entries[..<lastStable].compactMap { Self.committedRecord($0) }
    }

    static func committedRecord(_ entry: Entry) -> ModelRecord? {
        guard case .record(let record, let transaction) = entry else { return nil }
        // A transaction whose marker is here may lack it elsewhere; here it is decided.
        switch transaction?.state {
        case .none, .decided(true), .complete(true): return record
        case .open, .decided(false), .complete(false): return nil
        }
    }

    /// Keeps the newest committed record of each key, as the broker's cleaner does below the last stable
    /// offset.
    func compact() {
        var seen: Set<[UInt8]> = []
        for offset in (0..<lastStable).reversed() {
            guard case .record(let record, _) = entries[offset] else { continue }
            guard Self.committedRecord(entries[offset]) != nil, let key = record.key else {
                entries[offset] = .gap
                continue
            }
            if !seen.insert(key).inserted { entries[offset] = .gap }
        }
    }
}
