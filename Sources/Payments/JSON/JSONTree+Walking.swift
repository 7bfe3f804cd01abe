// SPDX-License-Identifier: Apache-2.0

/// Walking from node to node, for tools and tests; the signature reads the nodes in their order.
extension JSONTree {
    /// The indices of a container's members or elements, in the order of the body; none for a scalar.
    public func children(of index: Int) -> Children {
        let node = nodes[index]
        return Children(nodes: nodes, position: index + 1, end: node.isContainer ? Int(node.next) : index + 1)
    }

    public struct Children: Sequence, IteratorProtocol {
        let nodes: [Node]
        var position: Int
        let end: Int

        public mutating func next() -> Int? {
            guard position < end else { return nil }
            defer { position = Int(nodes[position].next) }
            return position
        }
    }

    /// The member of an object that has this key.
    public func member(_ key: StaticString, of index: Int) -> Int? {
        guard nodes[index].kind == .object else { return nil }
        return children(of: index).first { isEqual(nodes[$0].key, key) }
    }

    /// A key or a scalar's text as a String; never on the path of every record.
    public func string(_ text: ByteRange) -> String {
        String(decoding: bytes[text.range], as: UTF8.self)
    }

    func isEqual(_ text: ByteRange, _ other: StaticString) -> Bool {
        guard text.count == other.utf8CodeUnitCount else { return false }
        for index in 0..<text.count where bytes[Int(text.start) + index] != other.utf8Start[index] {
            return false
        }
        return true
    }
}
