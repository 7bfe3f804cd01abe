/// Decides quickly, nearly always, which of two paths comes first, each given with its first eight bytes.
enum LineOrder {
    typealias Path = (head: UInt64, key: Text)

    @inline(__always)
    static func head(of key: Text, in text: Span<UInt8>) -> UInt64 {
        if key.count >= 8 { return word(of: key, at: 0, text) }
        var head: UInt64 = 0
        for index in key.range { head = head << 8 | UInt64(text[index]) }
        return key.isEmpty ? 0 : head << UInt64(64 &- key.count &* 8)
    }

    static func isBefore(_ left: Path, _ right: Path, _ text: Span<UInt8>) -> Bool {
        if left.head != right.head { return left.head < right.head }
        for offset in 0..<min(left.key.count, right.key.count) {
            let one = text[Int(left.key.start) &+ offset]
            let other = text[Int(right.key.start) &+ offset]
            if one != other { return one < other }
        }
        return left.key.count < right.key.count
    }

    @inline(__always)
    static func isNaturallyBefore(_ left: Path, _ right: Path, _ text: Span<UInt8>) -> Bool {
        var (one, other) = (left.head, right.head)
        var offset = 0
        var before: UInt8 = 0
        while one == other {
            before = UInt8(truncatingIfNeeded: one)
            offset &+= 8
            guard offset < left.key.count, offset < right.key.count else {
                return isNaturallyBefore(left.key, right.key, text)
            }
            one = word(of: left.key, at: offset, text)
            other = word(of: right.key, at: offset, text)
        }
        // The first byte that differs, of each, and the one before it that they share.
        let shift = UInt64(56 &- ((one ^ other).leadingZeroBitCount & 0x38))
        if shift < 56 { before = UInt8(truncatingIfNeeded: one &>> (shift &+ 8)) }
        let first = UInt8(truncatingIfNeeded: one &>> shift)
        let second = UInt8(truncatingIfNeeded: other &>> shift)
        if isDecided(first, second, after: before) { return first < second }
        return isNaturallyBefore(left.key, right.key, text)
    }

    private static func isNaturallyBefore(_ left: Text, _ right: Text, _ text: Span<UInt8>) -> Bool {
        NaturalOrder.order(text.extracting(left.range), text.extracting(right.range)) < 0
    }

    /// Whether the first bytes that differ decide the natural order by their value: they do unless one is a digit
    /// in a run that both have begun, or could be white space or the end of a string.
    @inline(__always)
    private static func isDecided(_ one: UInt8, _ other: UInt8, after before: UInt8) -> Bool {
        guard min(one, other) > 0x20 else { return false }
        let isOneDigit = one &- UInt8(ascii: "0") < 10
        let isOtherDigit = other &- UInt8(ascii: "0") < 10
        if isOneDigit, isOtherDigit { return false }
        return !((isOneDigit || isOtherDigit) && before &- UInt8(ascii: "0") < 10)
    }

    /// Eight bytes of a key that has so many at least, the first one the most significant; zeros behind its end.
    @inline(__always)
    private static func word(of key: Text, at offset: Int, _ text: Span<UInt8>) -> UInt64 {
        // Where fewer are left, the last eight are loaded and those before `offset` shifted out.
        let missing = max(offset &+ 8 &- key.count, 0)
        let index = Int(key.start) &+ offset &- missing
        let word = text.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        return UInt64(bigEndian: word) &<< UInt64(truncatingIfNeeded: missing &* 8)
    }
}
