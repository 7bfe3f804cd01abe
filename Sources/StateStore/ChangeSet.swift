// SPDX-License-Identifier: Apache-2.0

/// What one transaction changes in one store: for each key its newest value, or that it is gone.
///
/// Keys and values are one behind the other in a single arena and are found by hash, so that filling it again
/// and again allocates nothing once it has grown to the size of a batch.
public struct ChangeSet: ~Copyable {
    /// What the set knows of a key.
    public enum Presence: Sendable, Equatable {
        /// Not changed here: the store's word counts.
        case untouched
        case removed
        /// The value was copied out.
        case value
    }

    private struct Change {
        var hash: UInt32
        var keyStart: Int
        var keyCount: Int
        var valueStart: Int
        /// −1 for a removed key.
        var valueCount: Int
    }

    private struct Order {
        var rank: UInt64
        var index: Int32
    }

    private var arena: [UInt8] = []
    private var changes: [Change] = []
    /// Index into `changes` plus one, 0 for free; a power of two, at most half full.
    private var slots: [Int32]
    /// Reused by `forEachSorted`.
    private var order: [Order] = []

    public init() {
        slots = [Int32](repeating: 0, count: 256)
    }

    /// How many keys are changed.
    public var count: Int { changes.count }
    public var isEmpty: Bool { changes.isEmpty }
    /// Bytes of keys and values held, also of values that were replaced since.
    public var byteCount: Int { arena.count }

    /// Forgets all changes and keeps the storage.
    public mutating func removeAll() {
        arena.removeAll(keepingCapacity: true)
        if changes.count * 8 < slots.count {
            for change in changes { clearSlots(from: change.hash) }
        } else {
            for index in slots.indices { slots[index] = 0 }
        }
        changes.removeAll(keepingCapacity: true)
    }

    public mutating func put(_ key: borrowing RawSpan, value: borrowing RawSpan) {
        let index = indexOrInsert(key)
        let valueStart = arena.count
        value.withUnsafeBytes { arena.append(contentsOf: $0) }
        changes[index].valueStart = valueStart
        changes[index].valueCount = arena.count - valueStart
    }

    public mutating func remove(_ key: borrowing RawSpan) {
        let index = indexOrInsert(key)
        changes[index].valueCount = -1
    }

    /// Takes over all changes of another set, which come after those of this one.
    public mutating func put(_ later: borrowing ChangeSet) {
        later.forEach { key, value in
            if let value { put(key.bytes, value: value.bytes) } else { remove(key.bytes) }
        }
    }

    /// Copies the key's newest value over `value`, if this set has one.
    public borrowing func copyValue(of key: borrowing RawSpan, into value: inout [UInt8]) -> Presence {
        let (slot, _) = find(key)
        guard slots[slot] != 0 else { return .untouched }
        let change = changes[Int(slots[slot]) - 1]
        guard change.valueCount >= 0 else { return .removed }
        value.removeAll(keepingCapacity: true)
        value.append(contentsOf: arena[change.valueStart..<change.valueStart + change.valueCount])
        return .value
    }

    /// Whether the key was written or removed, so that the store need not be asked.
    public borrowing func contains(_ key: borrowing RawSpan) -> Bool {
        slots[find(key).slot] != 0
    }

    /// The changes in the order in which their keys were first touched; a nil value is a removed key.
    public borrowing func forEach<Failure: Error>(
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws(Failure) -> Void
    ) throws(Failure) {
        for change in changes { try visit(change, body) }
    }

    /// Every change in ascending byte order of the keys: neighbours in the store are then written together.
    public mutating func forEachSorted<Failure: Error>(
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws(Failure) -> Void
    ) throws(Failure) {
        sortOrder()
        for place in order { try visit(changes[Int(place.index)], body) }
    }

    private borrowing func visit<Failure: Error>(
        _ change: Change,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) throws(Failure) -> Void
    ) throws(Failure) {
        try arena.span.bytes.withUnsafeBytes { (bytes) throws(Failure) in
            let key = Self.key(of: change, in: bytes)
            guard change.valueCount >= 0 else { return try body(key, nil) }
            let range = change.valueStart..<change.valueStart + change.valueCount
            try body(key, UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    private static func key(of change: Change, in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[change.keyStart..<change.keyStart + change.keyCount])
    }

    /// Most keys of a batch begin alike, so the eight bytes behind what all have in common decide nearly
    /// every comparison without a look at the arena.
    private mutating func sortOrder() {
        order.removeAll(keepingCapacity: true)
        arena.withUnsafeBytes { bytes in
            let common = commonPrefix(bytes)
            for (index, change) in changes.enumerated() {
                let rank = Self.rank(
                    of: bytes, from: change.keyStart + common, to: change.keyStart + change.keyCount)
                order.append(Order(rank: rank, index: Int32(index)))
            }
            changes.withUnsafeBufferPointer { changes in
                order.sort { left, right in
                    if left.rank != right.rank { return left.rank < right.rank }
                    let (left, right) = (changes[Int(left.index)], changes[Int(right.index)])
                    return precedes(Self.key(of: left, in: bytes), Self.key(of: right, in: bytes))
                }
            }
        }
    }

    /// How many bytes all keys begin with alike.
    private borrowing func commonPrefix(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let first = changes.first else { return 0 }
        var common = first.keyCount
        for change in changes {
            common = min(common, change.keyCount)
            while common > 0,
                compare(
                    UnsafeRawBufferPointer(rebasing: bytes[first.keyStart...]),
                    UnsafeRawBufferPointer(rebasing: bytes[change.keyStart...]), count: common) != 0
            { common -= 1 }
        }
        return common
    }

    /// Up to eight bytes as a number that orders as they do; a key that ends early counts as if zeros
    /// followed.
    private static func rank(of bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) -> UInt64 {
        var rank: UInt64 = 0
        for offset in start..<start + 8 { rank = rank << 8 | (offset < end ? UInt64(bytes[offset]) : 0) }
        return rank
    }

    private mutating func indexOrInsert(_ key: borrowing RawSpan) -> Int {
        let (slot, hash) = find(key)
        if slots[slot] != 0 { return Int(slots[slot]) - 1 }
        let start = arena.count
        key.withUnsafeBytes { arena.append(contentsOf: $0) }
        changes.append(
            Change(hash: hash, keyStart: start, keyCount: key.byteCount, valueStart: start, valueCount: -1))
        slots[slot] = Int32(changes.count)
        if changes.count * 2 > slots.count { grow() }
        return changes.count - 1
    }

    /// The slot that holds the key, or the free one where it belongs.
    private borrowing func find(_ key: borrowing RawSpan) -> (slot: Int, hash: UInt32) {
        let hash = UInt32(truncatingIfNeeded: Checksum.of(copy key))
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let change = changes[Int(slots[slot]) - 1]
            if change.hash == hash && change.keyCount == key.byteCount && isKey(key, at: change.keyStart) {
                break
            }
            slot = (slot + 1) & mask
        }
        return (slot, hash)
    }

    private borrowing func isKey(_ key: borrowing RawSpan, at start: Int) -> Bool {
        key.withUnsafeBytes { key in
            arena.withUnsafeBytes { bytes in
                bytes[start..<start + key.count].elementsEqual(key)
            }
        }
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 4)
        let mask = slots.count - 1
        for (index, change) in changes.enumerated() {
            var slot = Int(change.hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index + 1)
        }
    }

    /// Frees the run of slots that begins where this hash begins; every run that holds anything is met so.
    private mutating func clearSlots(from hash: UInt32) {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            slots[slot] = 0
            slot = (slot + 1) & mask
        }
    }
}

/// Byte order, the shorter of two equal beginnings first: LMDB's own order of keys.
func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    let order = compare(left, right, count: min(left.count, right.count))
    return order == 0 ? left.count < right.count : order < 0
}
