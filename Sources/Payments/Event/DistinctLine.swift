// SPDX-License-Identifier: Apache-2.0

/// A line of a container with free keys under a path that no other line of the container has, since readers
/// get the lines as a map.
///
/// The signed text does not say where a line's path ends, and the reader cuts a form's fields behind their
/// first name: `items:0:a` and `items:1:b` are both `items` then. Such lines are cut further on, one `:` at a
/// time, until they differ: `items:0` and `items:1`.
struct DistinctLine {
    var path: ByteRange
    var value: ByteRange

    /// Nil for the second occurrence of a line.
    /// - Parameter lines: sorted by path, so that equal ones are together.
    init?(_ index: Int, of lines: [Callback.Line], in bytes: Span<UInt8>) {
        self.init(lines[index])
        var start = index
        while start > 0, bytes.areEqual(lines[start - 1].path, path) { start -= 1 }
        var end = index + 1
        while end < lines.count, bytes.areEqual(lines[end].path, path) { end += 1 }
        var colons = 0
        while (start..<end).contains(where: {
            $0 != index && bytes.areEqual(DistinctLine(lines[$0], cutFurther: colons, in: bytes).path, path)
        }) {
            colons += 1
            let further = DistinctLine(lines[index], cutFurther: colons, in: bytes)
            guard further.path.end > path.end else {
                // Nothing is left to cut: the others of this path are the same line.
                let isFirst = !(start..<index).contains {
                    bytes.areEqual(DistinctLine(lines[$0], cutFurther: colons, in: bytes).path, path)
                }
                if isFirst { return }
                return nil
            }
            self = further
        }
    }

    private init(_ line: Callback.Line) {
        path = line.path
        value = line.value
    }

    /// Cut behind so many `:` of the value, or as many as there are.
    private init(_ line: Callback.Line, cutFurther colons: Int, in bytes: Span<UInt8>) {
        self.init(line)
        for _ in 0..<colons {
            guard let colon = value.range.first(where: { bytes[$0] == UInt8(ascii: ":") }) else { return }
            path = ByteRange(start: path.start, end: Int32(colon))
            value = ByteRange(start: Int32(colon) + 1, end: value.end)
        }
    }
}

extension Span<UInt8> {
    fileprivate func areEqual(_ left: ByteRange, _ right: ByteRange) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where self[Int(left.start) + offset] != self[Int(right.start) + offset] {
            return false
        }
        return true
    }
}
