// SPDX-License-Identifier: Apache-2.0

/// Decides quickly in nearly all cases which of two paths sorts first, given their first sixteen bytes.
enum LineOrder {
    typealias Entry = LineSorter.Entry

    /// The first and the second eight bytes of a key.
    @inline(__always)
    static func heads(of key: ByteRange, in text: Span<UInt8>) -> (UInt64, UInt64) {
        if key.count >= 8 {
            return (word(of: key, at: 0, text), key.count > 8 ? word(of: key, at: 8, text) : 0)
        }
        var head: UInt64 = 0
        for index in key.range { head = head << 8 | UInt64(text[index]) }
        return (key.isEmpty ? 0 : head << UInt64(64 &- key.count &* 8), 0)
    }

    static func isBefore(_ left: Entry, _ right: Entry, _ text: Span<UInt8>) -> Bool {
        if left.head != right.head { return left.head < right.head }
        return PathOrder.bytes.isLess(left.key, right.key, in: text)
    }

    @inline(__always)
    static func isNaturallyBefore(_ left: Entry, _ right: Entry, _ text: Span<UInt8>) -> Bool {
        plainOrder(left, right, text) ?? PathOrder.natural.isLess(left.key, right.key, in: text)
    }

    /// Whether the left path comes before the right one by the value of the first byte in which they differ;
    /// nil where that does not decide the natural order, or where they are equal.
    ///
    /// Where it decides, for one pair and the next, it decides for the first and the last path, and the same
    /// way.
    @inline(__always)
    static func plainOrder(_ left: Entry, _ right: Entry, _ text: Span<UInt8>) -> Bool? {
        if left.head != right.head { return decide(left.head, right.head, after: 0) }
        if left.second != right.second {
            return decide(left.second, right.second, after: UInt8(truncatingIfNeeded: left.head))
        }
        return plainOrder(left.key, right.key, from: 16, text)
    }

    /// Of keys whose first `offset` bytes are the same.
    private static func plainOrder(
        _ left: ByteRange, _ right: ByteRange, from offset: Int, _ text: Span<UInt8>
    ) -> Bool? {
        var offset = offset
        while offset < left.count, offset < right.count {
            let one = word(of: left, at: offset, text)
            let other = word(of: right, at: offset, text)
            if one != other { return decide(one, other, after: text[Int(left.start) &+ offset &- 1]) }
            offset &+= 8
        }
        return nil
    }

    /// Which of two words that differ comes first, decided by the value of the first byte in which they do,
    /// `before` being the word that precedes both. Nil where that is not enough for the natural order: where
    /// one is a digit in a run that both have begun, or could be white space or the end of a string.
    @inline(__always)
    private static func decide(_ one: UInt64, _ other: UInt64, after before: UInt8) -> Bool? {
        let shift = UInt64(56 &- ((one ^ other).leadingZeroBitCount & 0x38))
        let first = UInt8(truncatingIfNeeded: one &>> shift)
        let second = UInt8(truncatingIfNeeded: other &>> shift)
        guard min(first, second) > 0x20 else { return nil }
        let isFirstDigit = first &- UInt8(ascii: "0") < 10
        let isSecondDigit = second &- UInt8(ascii: "0") < 10
        if isFirstDigit || isSecondDigit {
            let shared = shift < 56 ? UInt8(truncatingIfNeeded: one &>> (shift &+ 8)) : before
            if isFirstDigit == isSecondDigit || shared &- UInt8(ascii: "0") < 10 { return nil }
        }
        return first < second
    }

    /// Eight bytes of a key that has at least that many, big-endian, padded with zeros.
    @inline(__always)
    private static func word(of key: ByteRange, at offset: Int, _ text: Span<UInt8>) -> UInt64 {
        // If fewer are left, load the last eight and shift out those before `offset`.
        let missing = max(offset &+ 8 &- key.count, 0)
        let index = Int(key.start) &+ offset &- missing
        let word = text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        return UInt64(bigEndian: word) &<< UInt64(truncatingIfNeeded: missing &* 8)
    }
}
