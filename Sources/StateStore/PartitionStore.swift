// SPDX-License-Identifier: Apache-2.0

/// A partition's payment states: values by key, and the position in the changelog up to which they are whole.
///
/// A store is confined to the thread that opened it. Keys are 1 to 400 bytes, the first of them not zero.
public protocol PartitionStore: ~Copyable {
    /// The next changelog offset that the store lacks; nil as long as nothing was ever applied.
    var position: Int64? { get }

    /// What opening the store came to: whether it goes on or must be filled from the changelog's beginning.
    var output: StoreCondition { get }

    /// How much the store contains. What was applied and is still held is not counted.
    var size: StoreSize { get }

    /// Copies the key's value over `value`; false, and `value` untouched, where there is none.
    mutating func lookUp(_ key: borrowing RawSpan, into value: inout [UInt8]) throws(StateError) -> Bool

    /// Makes all the changes and takes the position. After an error the store is to be closed; what it was
    /// before or is then, changes and position together, is what opening it finds.
    mutating func apply(_ changes: inout ChangeSet, position: Int64) throws(StateError)

    /// Writes what was applied and is still held: for a moment without work, and before the store is closed.
    /// A store that is closed without it is whole all the same, as of an older position.
    mutating func flush() throws(StateError)

    /// Lends up to `limit` entries to `visit`, going on where the last call ended and beginning again at the
    /// end. Returns true when it reached the end.
    mutating func sweep(
        limit: Int, _ visit: (_ key: borrowing RawSpan, _ value: borrowing RawSpan) -> Void
    ) throws(StateError) -> Bool

    /// Whether no key but this one has a value.
    mutating func isEmpty(but key: borrowing RawSpan) throws(StateError) -> Bool

    /// Empties the store, which then must be filled from the changelog's beginning.
    mutating func wipe() throws(StateError)
}

/// How much a state store contains.
public struct StoreSize: Equatable, Sendable {
    public var entryCount: Int
    /// Of the file, free pages within it included; in memory, of keys and values.
    public var byteCount: Int
}
