/// Where a record is in `payments.callbacks.v1`.
public struct RecordPosition: BitwiseCopyable, Sendable, Equatable {
    public var partition: Int32
    /// How many partitions the topic has: with the key it reports where the record belongs.
    public var partitionCount: Int32
    public var offset: Int64

    public init(partition: Int32, partitionCount: Int32, offset: Int64) {
        self.partition = partition
        self.partitionCount = partitionCount
        self.offset = offset
    }
}
