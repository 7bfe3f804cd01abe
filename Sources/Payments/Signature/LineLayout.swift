// SPDX-License-Identifier: Apache-2.0

/// The lines of all bodies of one layout: their paths, their values where those are literals, and the order
/// in which they are signed. Only the strings and numbers differ from body to body.
final class LineLayout: Sendable {
    /// A line as far as all bodies have it: path, `:`, and the value of a literal.
    struct Line: BitwiseCopyable {
        /// In `bytes`.
        var text: ByteRange
        var pathCount: Int32
        /// The index of the string's or number's node; below zero for a literal.
        var node: Int32
    }

    /// Of the bodies that these lines are of.
    let layout: JSONLayout
    /// The texts of `lines`, one behind the other.
    let bytes: [UInt8]
    let lines: [Line]
    /// The places of the lines in the natural order of their paths.
    let naturalOrder: [Int32]

    /// - Parameters:
    ///   - tree: a body of the layout.
    ///   - signed: its lines, not sorted.
    init(_ layout: JSONLayout, _ tree: borrowing JSONTree, _ signed: borrowing SignedLines) {
        var bytes: [UInt8] = []
        var lines: [Line] = []
        var index = 1
        for line in signed.lines {
            while SignedLines.isSkipped(tree.nodes[index], in: tree) || tree.nodes[index].isContainer {
                let node = tree.nodes[index]
                index = SignedLines.isSkipped(node, in: tree) ? Int(node.next) : index + 1
            }
            let isText = tree.nodes[index].kind.isText
            let end = isText ? line.value.start : line.value.end
            let start = Int32(bytes.count)
            bytes += signed.bytes[Int(line.path.start)..<Int(end)]
            lines.append(
                Line(
                    text: ByteRange(start: start, end: Int32(bytes.count)),
                    pathCount: Int32(line.path.count), node: isText ? Int32(index) : -1))
            index += 1
        }
        self.layout = layout
        self.bytes = bytes
        self.lines = lines
        naturalOrder = Self.naturalOrder(of: signed)
    }

    private static func naturalOrder(of lines: borrowing SignedLines) -> [Int32] {
        var places: [Int32: Int32] = [:]
        for (place, line) in lines.lines.enumerated() { places[line.path.start] = Int32(place) }
        var sorted = copy lines
        sorted.sort(by: .natural)
        return sorted.lines.compactMap { places[$0.path.start] }
    }
}

extension SignedLines {
    /// Makes the lines of a body with a known layout; false where the layout is new here.
    mutating func fillLines(_ tree: borrowing JSONTree, _ rule: SignatureRule) -> Bool {
        guard let found = tree.layout, let layout = layouts[found.slot], layout.layout === found else {
            return false
        }
        // Room for every line in one allocation, trimmed at the end, as in `copyLines`.
        var room: [UInt8] = []
        swap(&room, &bytes)
        let bound = tree.signedBytesBound
        room.append(addingCapacity: bound) { $0.append(repeating: 0, count: bound) }
        let count = layout.lines.count
        let none = Self.line(0, 0, 1)
        lines.append(addingCapacity: count) { $0.append(repeating: none, count: count) }
        var span = lines.mutableSpan
        let (texts, expected) = (layout.bytes, layout.lines)
        let end = Self.fill(
            &span, like: expected.span, texts.span.bytes, tree, rule, into: room.mutableSpan)
        room.removeLast(room.count - end)
        swap(&room, &bytes)
        self.layout = layout
        return true
    }

    /// Returns how much of `room` it filled.
    private static func fill(
        _ lines: inout MutableSpan<Line>, like expected: Span<LineLayout.Line>, _ texts: RawSpan,
        _ tree: borrowing JSONTree, _ rule: SignatureRule, into room: consuming MutableSpan<UInt8>
    ) -> Int {
        var output = room.mutableBytes
        let nodes = tree.nodes.span
        let source = tree.bytes.span
        var offset = 0
        for index in expected.indices {
            let line = expected[index]
            let start = offset
            output.write(texts.extracting(line.text.range), at: &offset)
            if line.node >= 0 { writeValue(nodes[Int(line.node)], source, rule, to: &output, at: &offset) }
            lines[index] = Self.line(start, start &+ Int(line.pathCount), offset)
        }
        return offset
    }

    /// Keeps the layout of the lines that were made, for the next body like this one.
    mutating func keepLayout(of tree: borrowing JSONTree) {
        guard let found = tree.layout else { return }
        let layout = LineLayout(found, tree, self)
        layouts[found.slot] = layout
        self.layout = layout
    }
}
