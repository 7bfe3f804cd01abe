/// Sorts lines by path, stable: what PHP's `ksort` with `SORT_NATURAL` does, or plain byte order.
///
/// Most comparisons are decided by the first eight bytes of the paths, which stand beside each other in the entries,
/// or by the first byte that differs; only where digits or white space are near it the natural order is asked.
struct LineSorter: Sendable {
    private struct Entry: BitwiseCopyable, Sendable {
        /// The first eight bytes of the key, the first one the most significant, zeros behind a shorter key.
        var head: UInt64
        var key: Text
        /// The place among the lines before sorting.
        var place: Int32
    }

    private var entries: [Entry] = []
    private var scratch: [Entry] = []
    private var sorted: [SignedLines.Line] = []

    /// - Parameter keys: what each line is sorted by; empty where that is its path. Sorted along.
    mutating func sort(
        _ lines: inout [SignedLines.Line], by keys: inout [Text], in bytes: [UInt8], rule: SignatureRule
    ) {
        let text = bytes.span
        entries.removeAll(keepingCapacity: true)
        for place in lines.indices {
            let key = keys.isEmpty ? lines[place].path : keys[place]
            let head = LineOrder.head(of: key, in: text)
            entries.append(Entry(head: head, key: key, place: Int32(truncatingIfNeeded: place)))
        }
        if rule == .byteOrder {
            sort { LineOrder.isBefore(($0.head, $0.key), ($1.head, $1.key), text) }
        } else {
            sort { LineOrder.isNaturallyBefore(($0.head, $0.key), ($1.head, $1.key), text) }
        }
        sorted.removeAll(keepingCapacity: true)
        for entry in entries { sorted.append(lines[Int(entry.place)]) }
        swap(&sorted, &lines)
        if keys.isEmpty { return }
        for (index, entry) in entries.enumerated() { keys[index] = entry.key }
    }

    /// Runs of eight by insertion, then merged pair by pair: stable, and never quadratic.
    @inline(__always)
    private mutating func sort(isBefore: (Entry, Entry) -> Bool) {
        let count = entries.count
        var span = entries.mutableSpan
        for start in stride(from: 0, to: count, by: 8) {
            Self.insertionSort(&span, start, min(start &+ 8, count), isBefore)
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
    private static func insertionSort(
        _ entries: inout MutableSpan<Entry>, _ start: Int, _ end: Int, _ isBefore: (Entry, Entry) -> Bool
    ) {
        var index = start &+ 1
        while index < end {
            let entry = entries[index]
            var place = index
            while place > start, isBefore(entry, entries[place &- 1]) {
                entries[place] = entries[place &- 1]
                place &-= 1
            }
            entries[place] = entry
            index &+= 1
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
