// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import Synchronization

/// A change of the partitions a consumer owns, in the order it happened.
public enum AssignmentChange: Equatable, Sendable {
    /// These partitions are this consumer's now, and all it has; reading starts at the committed offsets.
    case assigned([TopicPartition])
    /// The group took them in an orderly rebalance.
    case revoked([TopicPartition])
    /// They were gone before this consumer knew: another member may be at work on them already.
    case lost([TopicPartition])
}

/// The partitions of a consumer, changed by the rebalance callback inside the consumer's own poll calls.
///
/// Partitions are given up immediately, which makes librdkafka drop what it had fetched of them. New ones are
/// taken up immediately only if the fill has no record in hand. Otherwise records of the old and of the new
/// assignment could come out of one batch call, and dropping the batch would skip those of the new one: their
/// position has moved, and nothing would read them again.
package struct Assignment {
    /// When offered partitions are to be taken up.
    package enum TakingUp: Equatable {
        case now
        /// After the fill has dropped its records.
        case afterFill
        /// When the owner says from where to read.
        case byOwner
    }

    /// How often partitions were given or taken. A batch belongs to the count it was filled under.
    package private(set) var count = 0
    package private(set) var partitions: [TopicPartition] = []
    private var changes: [AssignmentChange] = []
    /// What the group offered while records were in hand.
    private var offer: [TopicPartition]?
    private var isHoldingRecords = false
    /// True where nothing is read of an assignment before its owner says so.
    package var isStartedByOwner = false

    package init() {}

    /// A fill has its first record, or is done.
    package mutating func holdsRecords(_ isHolding: Bool) { isHoldingRecords = isHolding }

    /// The group, or the owner, gives these partitions.
    package mutating func offered(_ partitions: [TopicPartition]) -> TakingUp {
        count += 1
        if isHoldingRecords, !isStartedByOwner {
            offer = partitions
            return .afterFill
        }
        self.partitions = partitions
        changes.append(.assigned(partitions))
        return isStartedByOwner ? .byOwner : .now
    }

    /// The group takes all partitions back.
    package mutating func revoked(wasLost: Bool) {
        count += 1
        offer = nil
        if !partitions.isEmpty { changes.append(wasLost ? .lost(partitions) : .revoked(partitions)) }
        partitions = []
    }

    /// What is to be taken up now that the fill has dropped its records; nil if nothing was offered.
    package mutating func takeUpOffer() -> [TopicPartition]? {
        guard let offer else { return nil }
        partitions = offer
        changes.append(.assigned(offer))
        self.offer = nil
        return offer
    }

    package mutating func takeChanges() -> [AssignmentChange] {
        defer { changes.removeAll(keepingCapacity: true) }
        return changes
    }
}

/// `rebalance_cb`.
func rebalance(
    client: OpaquePointer?, code: rd_kafka_resp_err_t,
    partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, opaque: UnsafeMutableRawPointer?
) {
    guard let client, let context = ClientContext.behind(opaque) else { return }
    context.assignment.withLock { assignment in
        if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let partitions {
            switch assignment.offered(topicPartitions(partitions)) {
            case .now: rd_kafka_assign(client, partitions)
            case .afterFill: break
            case .byOwner:
                // An empty list takes the assignment up, as far as the group is concerned, and reads nothing.
                let nothing = PartitionList(capacity: 0)
                rd_kafka_assign(client, nothing.pointer)
            }
        } else {
            let wasLost = rd_kafka_assignment_lost(client) != 0
            rd_kafka_assign(client, nil)
            assignment.revoked(wasLost: wasLost)
        }
    }
}
