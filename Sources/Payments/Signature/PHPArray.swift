// SPDX-License-Identifier: Apache-2.0

/// The lines of a body in PHP's ordered arrays, while `flatten` calls itself and merges what it gets.
///
/// PHP has an array for each call, and `array_merge` copies the inner one into the outer one. The result
/// follows without copying, line by line in the order of the body:
///
/// - A string key keeps the position of its first occurrence and the value of its last one, through all
///   merges: so one table is enough.
/// - A path that is a canonical integer is an integer as a key. Such a key means something in its own array
///   only, and every merge renumbers those of both arrays 0, 1, 2 … in their order: so each array keeps a
///   list of them.
struct PHPArrays {
    /// The integer keys of one array: those that the last merge numbered, and those set since.
    struct Integers {
        /// The line of key 0, 1, 2 …
        fileprivate(set) var numbered: [Int] = []
        fileprivate(set) var others: [(key: Int64, line: Int)] = []
        /// The index of each key in `others`.
        private var places: [Int64: Int] = [:]

        fileprivate func line(of key: Int64) -> Int? {
            if 0..<Int64(numbered.count) ~= key { return numbered[Int(key)] }
            return places[key].map { others[$0].line }
        }

        fileprivate mutating func append(_ key: Int64, line: Int) {
            places[key] = others.count
            others.append((key, line))
        }

        /// What `array_merge` does to the keys of the array that it begins with.
        mutating func renumber() {
            if others.isEmpty { return }
            numbered += others.map(\.line)
            others.removeAll(keepingCapacity: true)
            places.removeAll(keepingCapacity: true)
        }

        /// What it does to those of the other one.
        mutating func append(renumbered other: Integers) {
            renumber()
            numbered += other.numbered
            numbered += other.others.map(\.line)
        }
    }

    private(set) var lines: [SignedLines.Line] = []
    /// Open addressing: a line's index plus 1 in the slot of its path's hash, or after it; 0 in an empty
    /// slot.
    private var table: [Int32]

    /// - Parameter count: how many lines there can be.
    init(count: Int) {
        var size = 64
        while size < count * 2 { size *= 2 }
        table = Array(repeating: 0, count: size)
    }

    /// `$array[$path] = $line`, for the array that has these integers. The path is read from `bytes`.
    mutating func set(_ line: SignedLines.Line, integers: inout Integers, in bytes: [UInt8]) {
        let path = bytes.span.extracting(line.path.range)
        if let key = PHPInteger.value(of: path) {
            if let index = integers.line(of: key) {
                lines[index] = line
            } else {
                integers.append(key, line: lines.count)
                lines.append(line)
            }
            return
        }
        let slot = slot(of: line.path, in: bytes)
        if table[slot] > 0 {
            lines[Int(table[slot]) - 1] = line
        } else {
            lines.append(line)
            table[slot] = Int32(truncatingIfNeeded: lines.count)
        }
    }

    /// Where this path is in the table, or would be. The hash differs in each process, so that no one can
    /// choose paths that collide.
    private func slot(of path: ByteRange, in bytes: [UInt8]) -> Int {
        let own = bytes[path.range]
        var hasher = Hasher()
        own.withUnsafeBytes { hasher.combine(bytes: $0) }
        let mask = table.count - 1
        var slot = hasher.finalize() & mask
        while table[slot] > 0, bytes[lines[Int(table[slot]) - 1].path.range] != own {
            slot = (slot + 1) & mask
        }
        return slot
    }
}
