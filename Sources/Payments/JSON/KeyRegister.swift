// SPDX-License-Identifier: Apache-2.0

/// The decoded keys of all open objects, to find duplicates.
///
/// Most objects have a dozen keys: a new one is compared with the earlier ones by fingerprint, without a hash
/// table. A larger object is sorted once when it closes, so that two thousand keys do not cost millions of
/// comparisons, even if an attacker chose them.
struct KeyRegister: Sendable {
    /// Up to this many keys are compared one by one.
    private static let compared = 16

    private struct Entry: BitwiseCopyable, Sendable {
        /// Equal for equal keys; made of the length and the first and last eight bytes.
        var fingerprint: UInt64
        var key: ByteRange
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }

    mutating func clear() {
        entries.removeAll(keepingCapacity: true)
    }

    /// Adds a key of the object whose keys begin at `firstKey`.
    mutating func add(
        _ key: ByteRange, firstKey: Int, text: borrowing MutableSpan<UInt8>
    ) throws(JSONError) {
        let entry = Entry(fingerprint: Self.fingerprint(of: key, in: text), key: key)
        if entries.count - firstKey < Self.compared {
            for index in firstKey..<entries.count where entries[index].fingerprint == entry.fingerprint {
                if Self.order(entries[index], entry, in: text.span) == 0 { throw Self.duplicate(key) }
            }
        }
        entries.append(entry)
    }

    /// Drops the keys of the object that closes, after the check that `add` left for the end.
    mutating func close(firstKey: Int, text: borrowing MutableSpan<UInt8>) throws(JSONError) {
        if entries.count - firstKey > Self.compared { try findDuplicate(from: firstKey, text: text) }
        entries.removeSubrange(firstKey...)
    }

    private mutating func findDuplicate(
        from first: Int, text: borrowing MutableSpan<UInt8>
    ) throws(JSONError) {
        let text = text.span
        entries[first...].sort { left, right in
            let order = Self.order(left, right, in: text)
            return order == 0 ? left.key.start < right.key.start : order < 0
        }
        for index in (first + 1)..<entries.count
        where Self.order(entries[index - 1], entries[index], in: text) == 0 {
            throw Self.duplicate(entries[index].key)
        }
    }

    /// Below, equal or above zero. Any order will do in which only equal keys compare as equal.
    private static func order(_ left: Entry, _ right: Entry, in text: borrowing Span<UInt8>) -> Int {
        if left.fingerprint != right.fingerprint { return left.fingerprint < right.fingerprint ? -1 : 1 }
        if left.key.count != right.key.count { return left.key.count - right.key.count }
        var offset = 0
        while offset < left.key.count {
            // Zeros follow the text, so eight bytes can be loaded; bytes after the key do not count.
            let beyond = UInt64(max(offset &+ 8 &- left.key.count, 0) &* 8)
            let one = JSONString.load(text, at: Int(left.key.start) &+ offset) << beyond
            let other = JSONString.load(text, at: Int(right.key.start) &+ offset) << beyond
            if one != other { return one < other ? -1 : 1 }
            offset &+= 8
        }
        return 0
    }

    /// Zeros follow the text, so eight bytes can be loaded from any key.
    @inline(__always)
    private static func fingerprint(of key: ByteRange, in text: borrowing MutableSpan<UInt8>) -> UInt64 {
        let count = key.count
        let first = JSONString.load(text.span, at: Int(key.start))
        if count >= 8 {
            let last = JSONString.load(text.span, at: Int(key.end) - 8)
            return (first &* 0x9E37_79B9_7F4A_7C15) ^ (last &+ UInt64(truncatingIfNeeded: count))
        }
        let mask = (1 as UInt64) << UInt64(truncatingIfNeeded: count &* 8) &- 1
        return (first & mask) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: count)
    }

    private static func duplicate(_ key: ByteRange) -> JSONError {
        JSONError(.duplicateKey, at: Int(key.start) - 1)
    }
}
