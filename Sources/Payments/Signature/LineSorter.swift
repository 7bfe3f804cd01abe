// SPDX-License-Identifier: Apache-2.0

/// Sorts lines by path, stable: what PHP's `ksort` with `SORT_NATURAL` does, or plain byte order.
///
/// The first sixteen bytes of the paths, which are stored in the entries, decide most comparisons, or the
/// first byte that differs. Only where digits or white space are near it, the full natural order is computed.
struct LineSorter: Sendable {
    struct Entry: BitwiseCopyable, Sendable {
        /// The first eight bytes of the key, big-endian, padded with zeros.
        var head: UInt64
        /// The next eight bytes, likewise.
        var second: UInt64
        var key: ByteRange
        /// The index among the lines before sorting.
        var place: Int32
    }

    private var entries: [Entry] = []
    private var scratch: [Entry] = []
    private var sorted: [SignedLines.Line] = []
    /// The sort order of the most recent body with a given line count, indexed by that count modulo this
    /// array's size.
    private var orders = [[Int32]](repeating: [], count: 64)

    /// - Parameter keys: what each line is sorted by; empty where that is its path. Sorted along.
    mutating func sort(
        _ lines: inout [SignedLines.Line], by keys: inout [ByteRange], in bytes: [UInt8], rule: SignatureRule
    ) {
        let text = bytes.span
        let isPlain = keys.isEmpty && rule != .byteOrder
        let shape = lines.count % orders.count
        if isPlain, orders[shape].count == lines.count, isSorted(&lines, by: orders[shape], text) { return }
        entries.removeAll(keepingCapacity: true)
        for place in lines.indices {
            let key = keys.isEmpty ? lines[place].path : keys[place]
            let (head, second) = LineOrder.heads(of: key, in: text)
            entries.append(
                Entry(head: head, second: second, key: key, place: Int32(truncatingIfNeeded: place)))
        }
        if rule == .byteOrder {
            sort { LineOrder.isBefore($0, $1, text) }
        } else {
            sort { LineOrder.isNaturallyBefore($0, $1, text) }
        }
        sorted.removeAll(keepingCapacity: true)
        for entry in entries { sorted.append(lines[Int(entry.place)]) }
        swap(&sorted, &lines)
        if isPlain {
            orders[shape].removeAll(keepingCapacity: true)
            for entry in entries { orders[shape].append(entry.place) }
        }
        if keys.isEmpty { return }
        for (index, entry) in entries.enumerated() { keys[index] = entry.key }
    }

    /// Applies an order that is known to sort the lines.
    mutating func sort(_ lines: inout [SignedLines.Line], by order: [Int32]) {
        sorted.removeAll(keepingCapacity: true)
        for place in order { sorted.append(lines[Int(place)]) }
        swap(&sorted, &lines)
    }

    /// Applies an order to the lines if it sorts them.
    ///
    /// The callbacks of a platform are alike: most sort like the previous one of their shape. It is enough
    /// that every line clearly precedes the next one: then every pair is in order.
    private mutating func isSorted(
        _ lines: inout [SignedLines.Line], by order: [Int32], _ text: Span<UInt8>
    ) -> Bool {
        sorted.removeAll(keepingCapacity: true)
        var last: Entry?
        for place in order {
            let line = lines[Int(place)]
            let (head, second) = LineOrder.heads(of: line.path, in: text)
            let entry = Entry(head: head, second: second, key: line.path, place: place)
            if let last, LineOrder.plainOrder(last, entry, text) != true { return false }
            last = entry
            sorted.append(line)
        }
        swap(&sorted, &lines)
        return true
    }

    /// Runs of eight by insertion, then merged pair by pair: stable, and never quadratic.
    @inline(__always)
    private mutating func sort(isBefore: (borrowing Entry, borrowing Entry) -> Bool) {
        let count = entries.count
        do {
            var span = entries.mutableSpan
            for start in stride(from: 0, to: count, by: 8) {
                Self.insertionSort(&span, start, min(start &+ 8, count), isBefore)
            }
        }
        if count <= 8 { return }
        // A span borrows all of `self`, so the arrays are taken out while they are merged.
        var (runs, merged): ([Entry], [Entry]) = ([], [])
        swap(&runs, &entries)
        swap(&merged, &scratch)
        merged.removeAll(keepingCapacity: true)
        merged.append(contentsOf: runs)
        var width = 8
        while width < count {
            for start in stride(from: 0, to: count, by: 2 &* width) {
                let middle = min(start &+ width, count)
                let end = min(start &+ 2 &* width, count)
                Self.merge(runs.span, start..<middle, middle..<end, into: merged.mutableSpan, isBefore)
            }
            swap(&runs, &merged)
            width &*= 2
        }
        swap(&runs, &entries)
        swap(&merged, &scratch)
    }

    @inline(__always)
    private static func insertionSort(
        _ entries: inout MutableSpan<Entry>, _ start: Int, _ end: Int,
        _ isBefore: (borrowing Entry, borrowing Entry) -> Bool
    ) {
        var index = start &+ 1
        while index < end {
            let entry = entries[index]
            var place = index
            while place > start, isBefore(entry, entries[place &- 1]) {
                entries[place] = entries[place &- 1]
                place &-= 1
            }
            if place != index { entries[place] = entry }
            index &+= 1
        }
    }

    /// Merges two adjacent sorted runs in place.
    @inline(__always)
    private static func merge(
        _ runs: Span<Entry>, _ left: Range<Int>, _ right: Range<Int>,
        into output: consuming MutableSpan<Entry>,
        _ isBefore: (borrowing Entry, borrowing Entry) -> Bool
    ) {
        var merged = output
        var (one, other) = (left.lowerBound, right.lowerBound)
        for place in left.lowerBound..<right.upperBound {
            let isRight =
                one == left.upperBound || other < right.upperBound && isBefore(runs[other], runs[one])
            merged[place] = runs[isRight ? other : one]
            if isRight { other &+= 1 } else { one &+= 1 }
        }
    }
}
