/// The ordinary case: no key is empty or holds a `:`, none at the root is an integer. Then no two scalars have the
/// same path and none has an integer for one, so that PHP's arrays only ever append, and the lines stand in the
/// order of the body.
extension SignedLines {
    /// A container that is open.
    struct Frame: BitwiseCopyable, Sendable {
        /// The index behind its last node.
        var end: Int32
        /// Its path and the `:` behind it are this much of `prefix`.
        var prefixCount: Int32
        /// The place of the next element; below zero for an object.
        var element: Int32
    }

    mutating func copyLines(_ tree: borrowing JSONTree, _ rule: SignatureRule) {
        let nodes = tree.nodes
        prefix.removeAll(keepingCapacity: true)
        frames.removeAll(keepingCapacity: true)
        frames.append(Frame(end: nodes[0].next, prefixCount: 0, element: -1))
        var index = 1
        while index < nodes.count {
            while let frame = frames.last, Int(frame.end) <= index { frames.removeLast() }
            let node = nodes[index]
            guard !Self.isSkipped(node, in: tree) else {
                index = Int(node.next)
                continue
            }
            let depth = frames.count - 1
            prefix.removeLast(prefix.count - Int(frames[depth].prefixCount))
            let element = frames[depth].element
            if element >= 0 { frames[depth].element = element + 1 }
            if node.isContainer {
                Self.appendKey(node, element, of: tree, to: &prefix)
                prefix.append(UInt8(ascii: ":"))
                frames.append(
                    Frame(
                        end: node.next, prefixCount: Int32(truncatingIfNeeded: prefix.count),
                        element: node.kind == .array ? 0 : -1))
            } else {
                let start = bytes.count
                bytes.append(contentsOf: prefix)
                Self.appendKey(node, element, of: tree, to: &bytes)
                let path = bytes.count
                bytes.append(UInt8(ascii: ":"))
                appendValue(of: node, in: tree, rule)
                lines.append(Self.line(start, path, bytes.count))
            }
            index += 1
        }
    }

    private static func appendKey(
        _ node: JSONTree.Node, _ element: Int32, of tree: borrowing JSONTree, to output: inout [UInt8]
    ) {
        if element >= 0 {
            PHPNumber.append(Int64(element), to: &output)
        } else {
            output.append(contentsOf: tree.bytes[node.key.range])
        }
    }

    static func line(_ start: Int, _ path: Int, _ end: Int) -> Line {
        Line(
            path: Text(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: path)),
            value: Text(start: Int32(truncatingIfNeeded: path + 1), end: Int32(truncatingIfNeeded: end)))
    }
}
