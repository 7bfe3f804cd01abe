// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Payments

/// What a worker needs of Kafka, so that the same loop runs on librdkafka (`KafkaWorkerClient`) and on a
/// broker that lives in memory and misbehaves on purpose (the simulation).
///
/// One value serves one worker thread: a member of the group that reads callbacks, a transactional producer,
/// and a reader of the changelog while payment states are restored. Every call may block; none is made from
/// another thread. Partitions are named by number alone: all five topics have the same count.
public protocol WorkerClient: ~Copyable {
    /// How many partitions each topic has.
    var partitionCount: Int32 { get }

    // MARK: Callbacks

    /// Empties the batch and fills it again: waits up to `wait` for the first record, then takes what has
    /// arrived. Rebalances happen in here and nowhere else. Nothing arrives of a partition before `start`.
    ///
    /// - Returns: how many records the batch holds. None after a rebalance, whatever had arrived before.
    mutating func fill(first wait: Duration, limit: BatchLimit) throws(ClientError) -> Int

    /// What happened to the assignment since the last call, oldest first.
    mutating func takeAssignmentChanges() -> [AssignmentEvent]

    /// Where a record of the batch is in the callbacks topic.
    func position(of index: Int) -> RecordPosition

    /// A record's Kafka timestamp; the beginning of time where it has none.
    func time(of index: Int) -> Timestamp

    /// A record's value; nil where it has none.
    @_lifetime(borrow self)
    func body(of index: Int) -> RawSpan?

    /// Adds a record's headers to an emptied receipt.
    func readReceipt(of index: Int, into receipt: inout ReceiptHeaders)

    // MARK: Restore, in the order of these calls

    /// Lets no more callbacks arrive, and drops those that have, until `start`.
    mutating func hold() throws(ClientError)

    /// The group's committed offsets, once no open transaction can still change them; nil where there is
    /// none.
    mutating func committedOffsets(of partitions: [Int32]) throws(ClientError) -> [CommittedPosition?]

    /// Where a partition of a topic begins and ends, open transactions included.
    mutating func bounds(of topic: Topic, _ partition: Int32) throws(ClientError) -> Watermarks

    /// Begins to read the changelog, committed records only, from an offset in each partition.
    mutating func openChangelog(at offsets: [RecordPosition]) throws(ClientError)

    /// Lends what has arrived of the changelog, a chunk at most. A nil value is a removed key.
    mutating func readChangelog(
        _ visit: (_ partition: Int32, _ key: RawSpan, _ value: RawSpan?) -> Void
    ) throws(ClientError) -> Int

    /// The offset after the last record lent, markers of transactions passed over; nil before the first.
    mutating func changelogPosition(of partition: Int32) throws(ClientError) -> Int64?

    /// Ends the reading of the changelog.
    mutating func closeChangelog()

    /// Lets callbacks arrive from these offsets, and of these partitions alone.
    mutating func start(at offsets: [RecordPosition]) throws(ClientError)

    /// The offset after the last callback that `fill` handed out, transaction markers passed over; nil before
    /// the first.
    mutating func callbacksPosition(of partition: Int32) throws(ClientError) -> Int64?

    /// The offset after a partition's last callback, open transactions included, as far as it has been read;
    /// nil before the first answer. Sends no request.
    func callbacksEnd(of partition: Int32) -> Int64?

    // MARK: One transaction

    /// Opens a transaction. One at a time.
    mutating func begin() throws(ClientError)

    /// Writes what a verdict asks for; its bytes are the processor's, or the body of the batch's record
    /// `index`.
    mutating func produce(_ output: RecordOutput, of processor: borrowing RecordProcessor, record index: Int)
        throws(ClientError)

    /// Writes a payment's state, or the progress, to the changelog; a nil value is a tombstone.
    mutating func produceState(
        partition: Int32, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) throws(ClientError)

    /// Adds offsets of the callbacks topic to the transaction, with the group's newest metadata.
    mutating func sendOffsets(_ offsets: [(partition: Int32, position: CommittedPosition)])
        throws(ClientError)

    /// Makes the transaction visible, or says why it is not or may not be. None is open afterwards.
    mutating func commit() -> CommitOutcome

    /// Drops the transaction, if one is open.
    mutating func abort() throws(ClientError)

    /// After a commit: the changelog offset behind the last record that this value wrote to the partition.
    func changelogEnd(of partition: Int32) -> Int64?

    /// Whether the producer must be replaced before the next transaction: it failed, or a call took so long
    /// that a late request of it may still be under way.
    var needsNewProducer: Bool { get }

    /// Ends the producer and makes a new one, which ends what the old one left open.
    mutating func replaceProducer() throws(ClientError)

    /// Leaves the group, so that the other members have the partitions now. Called before `close`, with no
    /// transaction open.
    ///
    /// - Returns: false if that did not succeed within `limit`.
    mutating func leave(within limit: Duration) -> Bool

    /// Ends the clients orderly, within `limit`. A static member that did not leave keeps its partitions
    /// until the session timeout.
    consuming func close(within limit: Duration)

    // MARK: Refusals

    /// A topic that cannot be written to now, by what the brokers report about it, and why; nil where none is
    /// known.
    func refusingTopic() -> ClientError.Cause?
}

/// How much one batch may hold.
public struct BatchLimit: Sendable, Equatable {
    /// Records.
    public var count: Int
    /// Bytes of keys and values; passed by at most a chunk of records.
    public var bytes: Int

    public init(count: Int, bytes: Int) {
        self.count = count
        self.bytes = bytes
    }
}

/// A change of what this worker owns.
public enum AssignmentEvent: Sendable, Equatable {
    /// These partitions, and no others, are this worker's; none of them is read before `start`.
    case assigned([Int32])
    /// Nothing is this worker's any more. `lost`: another worker may have been processing it for a while.
    case revoked(lost: Bool)
}
