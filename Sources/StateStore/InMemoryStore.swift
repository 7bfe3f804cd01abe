// SPDX-License-Identifier: Apache-2.0

/// A store in memory: for tests, the simulation and the demo, where a process has nothing to remember.
///
/// Its storage can outlive it, as a file would, so that a simulated restart finds what was applied.
public struct InMemoryStore: PartitionStore, ~Copyable {
    /// What the store holds. Not `Sendable`: one thread at a time.
    public final class Storage {
        fileprivate var places: [[UInt8]: Int] = [:]
        /// In the order of arrival; a nil value is a removed key. The order makes the sweep reproducible,
        /// which a dictionary's is not.
        fileprivate var entries: [(key: [UInt8], value: [UInt8]?)] = []
        public internal(set) var position: Int64?
        /// Of keys that have a value, and of their values.
        fileprivate var byteCount = 0

        public init() {}

        /// Every key with its value.
        public var contents: [[UInt8]: [UInt8]] { places.compactMapValues { entries[$0].value } }

        fileprivate func removeAll() {
            places.removeAll()
            entries.removeAll()
            byteCount = 0
            position = nil
        }

        fileprivate func set(_ key: [UInt8], _ value: [UInt8]?) {
            if let place = places[key] {
                byteCount -= key.count + (entries[place].value?.count ?? 0)
                entries[place].value = value
                if value == nil { places[key] = nil }
            } else if value != nil {
                places[key] = entries.count
                entries.append((key, value))
            }
            if let value { byteCount += key.count + value.count }
        }

        /// Closes the gaps that removed keys left, once they are the larger part.
        fileprivate func compact() {
            guard entries.count > 64, places.count * 2 < entries.count else { return }
            entries.removeAll { $0.value == nil }
            for (place, entry) in entries.enumerated() { places[entry.key] = place }
        }
    }

    private let storage: Storage
    private var sweepPlace = 0
    public let output: StoreCondition

    /// Opens what the storage holds, as `LMDBStore.open` does.
    public init(_ storage: Storage = Storage()) {
        self.storage = storage
        if let position = storage.position {
            output = .open(position: position)
        } else {
            output = .rebuild(.missing)
            storage.removeAll()
        }
    }

    public var position: Int64? { storage.position }

    public var size: StoreSize {
        StoreSize(entryCount: storage.places.count, byteCount: storage.byteCount)
    }

    public mutating func lookUp(
        _ key: borrowing RawSpan, into value: inout [UInt8]
    ) throws(StateError) -> Bool {
        let name = key.withUnsafeBytes { Array($0) }
        guard let place = storage.places[name], let found = storage.entries[place].value else { return false }
        value.removeAll(keepingCapacity: true)
        value.append(contentsOf: found)
        return true
    }

    public mutating func apply(_ changes: inout ChangeSet, position: Int64) throws(StateError) {
        changes.forEach { key, value in storage.set(Array(key), value.map { Array($0) }) }
        storage.compact()
        storage.position = position
    }

    public mutating func flush() throws(StateError) {}

    public mutating func sweep(
        limit: Int, _ visit: (_ key: borrowing RawSpan, _ value: borrowing RawSpan) -> Void
    ) throws(StateError) -> Bool {
        for _ in 0..<limit {
            guard sweepPlace < storage.entries.count else {
                sweepPlace = 0
                return true
            }
            let entry = storage.entries[sweepPlace]
            sweepPlace += 1
            if let value = entry.value { visit(entry.key.span.bytes, value.span.bytes) }
        }
        return false
    }

    public mutating func isEmpty(but key: borrowing RawSpan) throws(StateError) -> Bool {
        let name = key.withUnsafeBytes { Array($0) }
        return storage.places.keys.allSatisfy { $0 == name }
    }

    public mutating func wipe() throws(StateError) {
        storage.removeAll()
        sweepPlace = 0
    }
}
