// SPDX-License-Identifier: Apache-2.0

/// The metadata that the worker commits with each offset of the group.
///
/// Kafka's own tools replace it by nothing when they move an offset, so it shows who moved it last:
///
///     tidings/2 partitions=12
public struct OffsetMetadata: Sendable, Equatable {
    /// How many partitions the topics had, as in the partition's progress.
    public var partitionCount: Int32

    public init(partitionCount: Int32) {
        self.partitionCount = partitionCount
    }

    private static let title = "tidings/\(PartitionProgress.version) partitions="

    /// The text as it is committed.
    public var text: String { Self.title + "\(partitionCount)" }

    /// Reads committed metadata; nil where it is not ours.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.title), let count = Int32(text.dropFirst(Self.title.count)), count > 0
        else {
            return nil
        }
        partitionCount = count
    }
}

/// An offset of the consumer group, as the broker has it.
public struct CommittedPosition: Sendable, Equatable {
    /// Of the next callback.
    public var offset: Int64
    /// Nil where a tool, or another program, committed it.
    public var metadata: OffsetMetadata?

    public init(offset: Int64, metadata: OffsetMetadata?) {
        self.offset = offset
        self.metadata = metadata
    }
}
