public import Payments

/// Which items are asked for: those that fit everything given.
public struct ItemFilter: Sendable, Equatable {
    /// Where a callback is, without the topic.
    public struct Position: Sendable, Hashable {
        public var partition: Int32
        public var offset: Int64

        public init(partition: Int32, offset: Int64) {
            self.partition = partition
            self.offset = offset
        }

        /// Reads `PARTITION:OFFSET`.
        public init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ":" as Character, omittingEmptySubsequences: false)
            guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]),
                partition >= 0, offset >= 0, "\(partition):\(offset)" == text
            else { return nil }
            self.init(partition: partition, offset: offset)
        }
    }

    /// Empty stands for all, here and below.
    public var reasons: Set<String> = []
    public var positions: Set<Position> = []
    public var key: [UInt8]?
    /// The callback was received at this time or later.
    public var since: Timestamp?
    /// The callback was received before this time.
    public var until: Timestamp?
    /// Resolved ones too.
    public var includesResolved = false

    public init() {}

    func contains(_ item: Item) -> Bool {
        if !includesResolved, !item.isOpen { return false }
        if !reasons.isEmpty, !reasons.contains(item.reason) { return false }
        if let key, key != item.key { return false }
        if let since, item.receivedAt < since { return false }
        if let until, item.receivedAt >= until { return false }
        let position = Position(partition: item.callback.partition, offset: item.callback.offset)
        return positions.isEmpty || positions.contains(position)
    }

    /// The partitions that the wanted items are in; nil stands for all.
    var partitions: Set<Int32>? { positions.isEmpty ? nil : Set(positions.map(\.partition)) }
}
