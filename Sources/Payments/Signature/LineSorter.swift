/// Sorts lines by path, stable: what PHP's `ksort` with `SORT_NATURAL` does, or plain byte order.
///
/// Most comparisons are decided by the first eight bytes of the paths, which stand beside each other in the entries,
/// or by the first byte that differs; only where digits or white space are near it the natural order is asked.
struct LineSorter: Sendable {
    private struct Entry: BitwiseCopyable, Sendable {
        /// The first eight bytes of the key, the first one the most significant, zeros behind a shorter key.
        var head: UInt64
        var key: Text
        var line: SignedLines.Line
    }

    private var entries: [Entry] = []
    private var scratch: [Entry] = []

    /// - Parameter keys: what each line is sorted by; empty where that is its path. Sorted along.
    mutating func sort(
        _ lines: inout [SignedLines.Line], by keys: inout [Text], in bytes: [UInt8], rule: SignatureRule
    ) {
        let text = bytes.span
        entries.removeAll(keepingCapacity: true)
        for (index, line) in lines.enumerated() {
            let key = keys.isEmpty ? line.path : keys[index]
            entries.append(Entry(head: Self.head(of: key, in: text), key: key, line: line))
        }
        if rule == .byteOrder {
            sort { Self.isBefore($0, $1, text) }
        } else {
            sort { Self.isNaturallyBefore($0, $1, text) }
        }
        for (index, entry) in entries.enumerated() {
            lines[index] = entry.line
            if !keys.isEmpty { keys[index] = entry.key }
        }
    }

    // MARK: Order

    /// The first eight bytes of a key.
    @inline(__always)
    private static func head(of key: Text, in text: Span<UInt8>) -> UInt64 {
        if key.count >= 8 {
            return UInt64(
                bigEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: Int(key.start), as: UInt64.self))
        }
        var head: UInt64 = 0
        for index in key.range { head = head << 8 | UInt64(text[index]) }
        return key.count == 0 ? 0 : head << UInt64(64 &- key.count &* 8)
    }

    private static func isBefore(_ left: Entry, _ right: Entry, _ text: Span<UInt8>) -> Bool {
        if left.head != right.head { return left.head < right.head }
        let common = min(left.key.count, right.key.count)
        for offset in 0..<common {
            let one = text[Int(left.key.start) &+ offset]
            let other = text[Int(right.key.start) &+ offset]
            if one != other { return one < other }
        }
        return left.key.count < right.key.count
    }

    @inline(__always)
    private static func isNaturallyBefore(_ left: Entry, _ right: Entry, _ text: Span<UInt8>) -> Bool {
        let difference = left.head ^ right.head
        if difference != 0 {
            // The differing byte of each, and the one before it that they share.
            let shift = UInt64(56 &- (difference.leadingZeroBitCount & 0x38))
            let before = shift == 56 ? 0 : UInt8(truncatingIfNeeded: left.head >> (shift &+ 8))
            let one = UInt8(truncatingIfNeeded: left.head >> shift)
            let other = UInt8(truncatingIfNeeded: right.head >> shift)
            if isDecided(one, other, after: before) { return one < other }
        } else {
            var (one, other) = (Int(left.key.start) &+ 8, Int(right.key.start) &+ 8)
            while one < left.key.end, other < right.key.end, text[one] == text[other] {
                one &+= 1
                other &+= 1
            }
            if one < left.key.end, other < right.key.end,
                isDecided(text[one], text[other], after: text[one &- 1])
            {
                return text[one] < text[other]
            }
        }
        let one = text.extracting(left.key.range)
        return NaturalOrder.order(one, text.extracting(right.key.range)) < 0
    }

    /// Whether the first bytes that differ decide the natural order by their value: they do unless one is a digit
    /// in a run that both have begun, or could be white space or the end of a string.
    @inline(__always)
    private static func isDecided(_ one: UInt8, _ other: UInt8, after before: UInt8) -> Bool {
        guard min(one, other) > 0x20 else { return false }
        let isOneDigit = isDigit(one)
        let isOtherDigit = isDigit(other)
        if isOneDigit, isOtherDigit { return false }
        return !((isOneDigit || isOtherDigit) && isDigit(before))
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    // MARK: Merge sort

    /// Runs of eight by insertion, then merged pair by pair: stable, and never quadratic.
    @inline(__always)
    private mutating func sort(isBefore: (Entry, Entry) -> Bool) {
        let count = entries.count
        for start in stride(from: 0, to: count, by: 8) {
            insertionSort(start..<min(start + 8, count), isBefore)
        }
        var width = 8
        while width < count {
            scratch.removeAll(keepingCapacity: true)
            for start in stride(from: 0, to: count, by: 2 * width) {
                merge(start, min(start + width, count), min(start + 2 * width, count), isBefore)
            }
            swap(&entries, &scratch)
            width *= 2
        }
    }

    @inline(__always)
    private mutating func insertionSort(_ range: Range<Int>, _ isBefore: (Entry, Entry) -> Bool) {
        for index in range.dropFirst() {
            let entry = entries[index]
            var place = index
            while place > range.lowerBound, isBefore(entry, entries[place - 1]) {
                entries[place] = entries[place - 1]
                place -= 1
            }
            entries[place] = entry
        }
    }

    /// Appends the entries from `start` to `end`, which are two sorted runs that meet at `middle`, to `scratch`.
    @inline(__always)
    private mutating func merge(_ start: Int, _ middle: Int, _ end: Int, _ isBefore: (Entry, Entry) -> Bool) {
        var (left, right) = (start, middle)
        while left < middle, right < end {
            if isBefore(entries[right], entries[left]) {
                scratch.append(entries[right])
                right += 1
            } else {
                scratch.append(entries[left])
                left += 1
            }
        }
        scratch.append(contentsOf: entries[left..<middle])
        scratch.append(contentsOf: entries[right..<end])
    }
}
