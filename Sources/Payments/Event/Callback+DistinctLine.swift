// SPDX-License-Identifier: Apache-2.0

extension Callback.Line {
    /// A line of a container with free keys under a path that no other line of the container has, since
    /// readers get the lines as a map. Nil for the second occurrence of a line.
    ///
    /// The signed text does not say where a line's path ends, and the reader cuts a form's fields behind
    /// their first name: `items:0:a` and `items:1:b` are both `items` then. Such lines are cut further on,
    /// one `:` at a time, until they differ: `items:0` and `items:1`.
    ///
    /// - Parameter lines: sorted by path, so that equal ones are together.
    init?(distinct index: Int, of lines: [Callback.Line], in bytes: Span<UInt8>) {
        self = lines[index]
        var start = index
        while start > 0, bytes.areEqual(lines[start - 1].path, path) { start -= 1 }
        var end = index + 1
        while end < lines.count, bytes.areEqual(lines[end].path, path) { end += 1 }
        var colons = 0
        while (start..<end).contains(where: {
            $0 != index && bytes.areEqual(lines[$0].cut(further: colons, in: bytes).path, path)
        }) {
            colons += 1
            let further = lines[index].cut(further: colons, in: bytes)
            guard further.path.end > path.end else {
                // Nothing is left to cut: the others of this path are the same line.
                let isFirst = !(start..<index).contains {
                    bytes.areEqual(lines[$0].cut(further: colons, in: bytes).path, path)
                }
                if isFirst { return }
                return nil
            }
            self = further
        }
    }

    /// The line, cut behind so many `:` of its value, or as many as there are.
    private func cut(further colons: Int, in bytes: Span<UInt8>) -> Callback.Line {
        var line = self
        for _ in 0..<colons {
            guard let colon = line.value.range.first(where: { bytes[$0] == UInt8(ascii: ":") }) else { break }
            line.path.end = Int32(colon)
            line.value.start = Int32(colon) + 1
        }
        return line
    }
}
