// SPDX-License-Identifier: Apache-2.0
public import Payments

/// Which items are asked for: those that fit everything given.
public struct ItemFilter: Sendable, Equatable {
    /// Empty means all, here and below.
    public var reasons: Set<String> = []
    public var positions: Set<RecordPosition> = []
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
        if !reasons.isEmpty, reasons.isDisjoint(with: item.reasons) { return false }
        if let key, key != item.key { return false }
        if let since, item.receivedAt < since { return false }
        if let until, item.receivedAt >= until { return false }
        let position = RecordPosition(partition: item.callback.partition, offset: item.callback.offset)
        return positions.isEmpty || positions.contains(position)
    }

    /// The partitions that the wanted items are in; nil means all.
    var partitions: Set<Int32>? { positions.isEmpty ? nil : Set(positions.map(\.partition)) }
}
