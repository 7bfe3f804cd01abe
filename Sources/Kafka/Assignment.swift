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

/// The partitions of a consumer, written by the rebalance callback on the thread that polls.
struct Assignment {
    /// How often partitions were given or taken. A batch belongs to the count it was filled under.
    private(set) var count = 0
    private(set) var partitions: [TopicPartition] = []
    private(set) var changes: [AssignmentChange] = []
    /// True where nothing is read of an assignment before its owner says so.
    var isStartedByOwner = false
    /// True while a fill has records in hand: a new assignment then waits until they are dropped.
    var isHoldingRecords = false
    /// An assignment that arrived while records were in hand.
    private(set) var isWaiting = false

    mutating func assigned(_ partitions: [TopicPartition]) {
        count += 1
        self.partitions = partitions
        changes.append(.assigned(partitions))
        isWaiting = false
    }

    mutating func revoked(wasLost: Bool) {
        count += 1
        changes.append(wasLost ? .lost(partitions) : .revoked(partitions))
        partitions = []
        isWaiting = false
    }

    mutating func postpone(_ partitions: [TopicPartition]) {
        count += 1
        self.partitions = partitions
        isWaiting = true
    }

    mutating func takeChanges() -> [AssignmentChange] {
        defer { changes.removeAll(keepingCapacity: true) }
        return changes
    }
}

/// `rebalance_cb`: runs inside the consumer's own poll calls.
///
/// Partitions are given up at once, which makes librdkafka drop what it had fetched of them. New ones are
/// taken at once only if the fill has no record in hand. Otherwise records of the old and of the new
/// assignment could come out of one batch call, and dropping the batch would then skip those of the new one:
/// their position has moved, and nothing would read them again.
func rebalance(
    client: OpaquePointer?, code: rd_kafka_resp_err_t,
    partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, opaque: UnsafeMutableRawPointer?
) {
    guard let client, let context = ClientContext.behind(opaque) else { return }
    context.assignment.withLock { assignment in
        guard code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let partitions else {
            let wasLost = rd_kafka_assignment_lost(client) != 0
            rd_kafka_assign(client, nil)
            assignment.revoked(wasLost: wasLost)
            return
        }
        if assignment.isStartedByOwner {
            // An empty list takes the assignment up, as far as the group is concerned, and reads nothing of it.
            let nothing = PartitionList(capacity: 0)
            rd_kafka_assign(client, nothing.pointer)
            assignment.assigned(topicPartitions(partitions))
        } else if assignment.isHoldingRecords {
            assignment.postpone(topicPartitions(partitions))
        } else {
            rd_kafka_assign(client, partitions)
            assignment.assigned(topicPartitions(partitions))
        }
    }
}
