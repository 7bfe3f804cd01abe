// SPDX-License-Identifier: Apache-2.0
import Payments
import Worker

/// A Kafka cluster in memory: five topics, transactions with fencing, one consumer group with static members.
///
/// What it models: records of open and aborted transactions hidden from read_committed readers up to the last
/// stable offset; offsets in transactions that stay pending until the transaction is complete; markers that
/// come later than the answer to the commit; epochs of transactional ids; generations, static membership,
/// revocation at the next poll, members that are thrown out; members that are fenced without a rival; ends of
/// transactions, and offsets of transactions, that arrive late; compaction of the changelog.
final class ModelBroker {
    let partitionCount: Int32
    let topics: [[ModelPartition]]
    /// The newest epoch of each transactional id.
    var epochs: [String: Int] = [:]
    var transactions: [ModelTransaction] = []
    /// The group's committed offsets. What was appended to the offsets topic last counts.
    private(set) var offsets: [Int32: CommittedPosition] = [:]
    private var appended: [Int32: Int] = [:]
    private var sequence = 0
    /// Sent, and not received yet.
    var lateEnds: [LateEnd] = []
    var lateOffsets: [LateOffsets] = []
    var group = ModelGroup()

    init(partitionCount: Int32) {
        self.partitionCount = partitionCount
        topics = Topic.allCases.map { _ in (0..<partitionCount).map { _ in ModelPartition() } }
    }

    func partition(_ topic: Topic, _ number: Int32) -> ModelPartition { topics[topic.rawValue][Int(number)] }

    // MARK: Offsets

    /// The place of a commit in the offsets topic.
    func nextSequence() -> Int {
        sequence += 1
        return sequence
    }

    func commit(_ positions: [Int32: CommittedPosition], sequence: Int) {
        for (partition, position) in positions where sequence > appended[partition] ?? 0 {
            offsets[partition] = position
            appended[partition] = sequence
        }
    }

    /// What `kafka-consumer-groups.sh --reset-offsets` does, or, with nil, `--delete-offsets` and expiry.
    func resetOffset(of partition: Int32, to offset: Int64?) {
        offsets[partition] = offset.map { CommittedPosition(offset: $0, metadata: nil) }
        appended[partition] = nextSequence()
    }

    // MARK: Transactions

    /// A new producer takes the id: what the one before left open is aborted.
    func takeOver(_ producer: String) -> Int {
        let epoch = (epochs[producer] ?? 0) + 1
        epochs[producer] = epoch
        for transaction in transactions where transaction.producer == producer {
            if transaction.state == .open { transaction.state = .decided(isCommitted: false) }
            complete(transaction)
        }
        return epoch
    }

    /// The coordinator gives up on an open transaction and fences its producer.
    func timeOut(_ transaction: ModelTransaction) {
        guard transaction.state == .open else { return }
        transaction.state = .decided(isCommitted: false)
        epochs[transaction.producer, default: 0] += 1
    }

    /// A late end arrives. It ends whatever transaction its producer has open now, unless a new epoch fences
    /// it (KAFKA-17754).
    func receive(_ end: LateEnd) {
        guard epochs[end.producer] == end.epoch else { return }
        let open = transactions.first {
            $0.producer == end.producer && $0.epoch == end.epoch && $0.state == .open
        }
        open?.state = .decided(isCommitted: end.isCommitted)
    }

    var hasLateRequests: Bool { !lateEnds.isEmpty || !lateOffsets.isEmpty }

    /// One of the late requests arrives, drawn at random.
    func receiveLate(_ random: inout SeededRandom) {
        let count = lateEnds.count + lateOffsets.count
        guard count > 0 else { return }
        let index = random.below(count)
        if index < lateEnds.count {
            receive(lateEnds.remove(at: index))
        } else {
            receive(lateOffsets.remove(at: index - lateEnds.count))
        }
    }

    /// Late offsets arrive. They join whatever transaction their producer has open now, unless a new epoch or
    /// a new generation refuses them. Without an open transaction they are refused: the coordinator verifies
    /// that there is one (KIP-890).
    func receive(_ late: LateOffsets) {
        guard epochs[late.producer] == late.epoch, late.generation == group.generation,
            group.members[late.session.instance] === late.session
        else { return }
        let open = transactions.first {
            $0.producer == late.producer && $0.epoch == late.epoch && $0.state == .open
        }
        open?.add(late.offsets, sequence: nextSequence())
    }

    /// Writes the next marker that is due, or that of the offsets: one small step of a decided transaction.
    /// The partitions, the offsets' among them, have their markers in any order.
    func advance(_ transaction: ModelTransaction) {
        guard case .decided(let isCommitted) = transaction.state else { return }
        if !transaction.offsets.isEmpty, transaction.hasOffsetsFirst || transaction.unmarked.isEmpty {
            if isCommitted { commit(transaction.offsets, sequence: transaction.offsetsSequence) }
            transaction.offsets.removeAll()
        } else if let partition = transaction.unmarked.popLast() {
            partition.mark(transaction)
        }
        guard transaction.unmarked.isEmpty, transaction.offsets.isEmpty else { return }
        transaction.state = .complete(isCommitted: isCommitted)
        transactions.removeAll { $0 === transaction }
    }

    func complete(_ transaction: ModelTransaction) {
        while case .decided = transaction.state { advance(transaction) }
    }

    /// Whether a transaction still holds back offsets of this partition.
    func hasPendingOffset(_ partition: Int32) -> Bool {
        transactions.contains { $0.offsets[partition] != nil }
    }
}

/// The consumer group, with the range assignor over static members.
struct ModelGroup {
    enum Phase: Equatable {
        case stable
        /// Everyone must give up what it has and join again.
        case preparing
    }

    private(set) var generation = 0
    private(set) var phase = Phase.stable
    private(set) var members: [String: ModelSession] = [:]
    private var joined: Set<String> = []
    private(set) var assignments: [String: [Int32]] = [:]

    /// A member asks for its place. One with a known instance id takes over the place of its predecessor, who
    /// is fenced, and nothing moves.
    mutating func join(_ session: ModelSession) {
        if let predecessor = members[session.instance], predecessor !== session {
            predecessor.isFenced = true
            members[session.instance] = session
            if phase == .preparing { joined.remove(session.instance) }
        } else if members[session.instance] == nil {
            members[session.instance] = session
            prepare()
        }
    }

    /// The member has been silent for too long, or lags behind in a rebalance.
    mutating func remove(_ instance: String) {
        members[instance] = nil
        joined.remove(instance)
        assignments[instance] = nil
        prepare()
    }

    private mutating func prepare() {
        phase = .preparing
        joined.removeAll()
    }

    /// The member gave up what it had. The last to do so ends the rebalance.
    mutating func rejoin(_ instance: String, partitionCount: Int32) {
        joined.insert(instance)
        guard joined.count == members.count else { return }
        generation += 1
        phase = .stable
        assignments.removeAll()
        let instances = members.keys.sorted()
        for partition in 0..<partitionCount {
            let owner = instances[Int(partition) * instances.count / Int(partitionCount)]
            assignments[owner, default: []].append(partition)
        }
    }

    func hasJoined(_ instance: String) -> Bool { joined.contains(instance) }
}
