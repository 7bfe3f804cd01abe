// SPDX-License-Identifier: Apache-2.0

/// A partition and an offset in it: where a record is, or which one is next.
public struct RecordPosition: BitwiseCopyable, Hashable, Sendable {
    public var partition: Int32
    public var offset: Int64

    public init(partition: Int32, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    /// Reads `PARTITION:OFFSET`; nil where the text is not one.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":" as Character, omittingEmptySubsequences: false)
        guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]),
            partition >= 0, offset >= 0, "\(partition):\(offset)" == text
        else { return nil }
        self.init(partition: partition, offset: offset)
    }
}
