// SPDX-License-Identifier: Apache-2.0

/// The ordinary case: no key is empty or holds a `:`, none at the root is an integer. Then no two scalars
/// have the same path and none has an integer for one, so that PHP's arrays only ever append, and the lines
/// are in the order of the body.
extension SignedLines {
    /// An open container.
    struct Frame: BitwiseCopyable, Sendable {
        /// The index after its last node.
        var end: Int32
        /// The length of its path and the `:` after it in `prefix`.
        var prefixCount: Int32
        /// The index of the next element; below zero for an object.
        var element: Int32
    }

    mutating func copyLines(_ tree: borrowing JSONTree, _ rule: SignatureRule) {
        // Room for every line in one allocation, trimmed at the end: nothing grows on the way.
        var room: [UInt8] = []
        swap(&room, &bytes)
        // Read before the closure: a closure that captures the tree retains each of its arrays.
        let (bound, pathBound) = (tree.signedBytesBound, tree.pathBytesBound)
        room.append(addingCapacity: bound) { $0.append(repeating: 0, count: bound) }
        var path: [UInt8] = []
        swap(&path, &prefix)
        path.removeAll(keepingCapacity: true)
        path.append(addingCapacity: pathBound) { $0.append(repeating: 0, count: pathBound) }
        let end = copyLines(tree, rule, into: room.mutableSpan, prefix: path.mutableSpan)
        room.removeLast(room.count - end)
        swap(&room, &bytes)
        swap(&path, &prefix)
    }

    /// Returns how much of `output` it filled.
    private mutating func copyLines(
        _ tree: borrowing JSONTree, _ rule: SignatureRule, into room: consuming MutableSpan<UInt8>,
        prefix path: consuming MutableSpan<UInt8>
    ) -> Int {
        var output = room.mutableBytes
        var prefix = path.mutableBytes
        let nodes = tree.nodes.span
        let source = tree.bytes.span
        var offset = 0
        frames.removeAll(keepingCapacity: true)
        var frame = Frame(end: nodes[0].next, prefixCount: 0, element: -1)
        var index = 1
        while index < nodes.count {
            while frame.end <= index, let outer = frames.popLast() { frame = outer }
            let node = nodes[index]
            index &+= 1
            if Self.isSkipped(node, in: tree) {
                index = Int(node.next)
                continue
            }
            let element = frame.element
            if element >= 0 { frame.element = element &+ 1 }
            if node.isContainer {
                var count = Int(frame.prefixCount)
                Self.writeKey(node, element, source, to: &prefix, at: &count)
                prefix.write(UInt8(ascii: ":"), at: &count)
                frames.append(frame)
                frame = Frame(
                    end: node.next, prefixCount: Int32(truncatingIfNeeded: count),
                    element: node.kind == .array ? 0 : -1)
            } else {
                let start = offset
                output.write(prefix.bytes.extracting(first: Int(frame.prefixCount)), at: &offset)
                Self.writeKey(node, element, source, to: &output, at: &offset)
                let path = offset
                output.write(UInt8(ascii: ":"), at: &offset)
                Self.writeValue(node, source, rule, to: &output, at: &offset)
                lines.append(Self.line(start, path, offset))
            }
        }
        return offset
    }

    @inline(__always)
    private static func writeKey(
        _ node: JSONTree.Node, _ element: Int32, _ source: Span<UInt8>, to output: inout MutableRawSpan,
        at offset: inout Int
    ) {
        if element >= 0 {
            output.writeDecimal(Int(element), at: &offset)
        } else {
            output.write(source.bytes.extracting(node.key.range), at: &offset)
        }
    }

    @inline(__always)
    static func writeValue(
        _ node: JSONTree.Node, _ source: Span<UInt8>, _ rule: SignatureRule, to output: inout MutableRawSpan,
        at offset: inout Int
    ) {
        switch node.kind {
        case .string:
            output.write(source.bytes.extracting(node.value.range), at: &offset)
        case .number where node.isPlainInteger || rule == .literalNumbers:
            output.write(source.bytes.extracting(node.value.range), at: &offset)
        case .number:
            var text: [UInt8] = []
            PHPNumber.append(source.extracting(node.value.range), to: &text)
            output.write(text.span.bytes, at: &offset)
        case .true:
            output.write(UInt8(ascii: "1"), at: &offset)
        case .false:
            output.write(UInt8(ascii: "0"), at: &offset)
        case .null, .object, .array:
            break
        }
    }

    static func line(_ start: Int, _ path: Int, _ end: Int) -> Line {
        Line(
            path: ByteRange(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: path)),
            value: ByteRange(start: Int32(truncatingIfNeeded: path + 1), end: Int32(truncatingIfNeeded: end)))
    }
}
