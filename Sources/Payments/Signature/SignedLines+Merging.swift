// SPDX-License-Identifier: Apache-2.0

/// The general case: keys that vanish from the path, that are integers, or that make two paths equal. Such a
/// body can have a valid signature, but no ordinary callback is like that.
extension SignedLines {
    mutating func mergeLines(_ tree: borrowing JSONTree, _ rule: SignatureRule) {
        var arrays = PHPArrays(count: tree.nodes.count)
        var integers = PHPArrays.Integers()
        merge(0, prefix: [], of: tree, into: &arrays, &integers, rule)
        lines.append(contentsOf: arrays.lines)
        appendKeys(integers)
    }

    /// A line whose key is an integer is sorted by it.
    private mutating func appendKeys(_ integers: PHPArrays.Integers) {
        if integers.numbered.isEmpty, integers.others.isEmpty { return }
        for line in lines { keys.append(line.path) }
        let numbered = integers.numbered.enumerated().map { (key: Int64($0.offset), line: $0.element) }
        for (key, line) in numbered + integers.others {
            let start = Int32(truncatingIfNeeded: bytes.count)
            bytes.appendDecimal(key)
            keys[line] = ByteRange(start: start, end: Int32(truncatingIfNeeded: bytes.count))
        }
    }

    /// Flattens one container into the array that has these integers.
    private mutating func merge(
        _ container: Int, prefix: [UInt8], of tree: borrowing JSONTree, into arrays: inout PHPArrays,
        _ integers: inout PHPArrays.Integers, _ rule: SignatureRule
    ) {
        let isArray = tree.nodes[container].kind == .array
        // PHP treats an empty prefix and the prefix "0" as false, and then puts nothing before the key.
        var path = Self.isFalse(prefix) ? [] : prefix + [UInt8(ascii: ":")]
        let prefixCount = path.count
        for (place, index) in tree.children(of: container).enumerated() {
            let node = tree.nodes[index]
            if Self.isSkipped(node, in: tree) { continue }
            path.removeLast(path.count - prefixCount)
            if isArray {
                path.appendDecimal(Int64(place))
            } else {
                Self.appendEscaped(tree.bytes[node.key.range], rule, to: &path)
            }
            if !node.isContainer {
                let start = bytes.count
                bytes.append(contentsOf: path)
                bytes.append(UInt8(ascii: ":"))
                appendValue(of: node, in: tree, rule)
                let line = Self.line(start, start + path.count, bytes.count)
                arrays.set(line, integers: &integers, in: bytes)
            } else if Self.isFalse(path) {
                var inner = PHPArrays.Integers()
                merge(index, prefix: path, of: tree, into: &arrays, &inner, rule)
                integers.append(renumbered: inner)
            } else {
                // Every path below such a path contains a `:`, so none is an integer.
                integers.renumber()
                merge(index, prefix: path, of: tree, into: &arrays, &integers, rule)
            }
        }
    }

    private static func appendEscaped(_ key: ArraySlice<UInt8>, _ rule: SignatureRule, to path: inout [UInt8])
    {
        for byte in key {
            if byte == UInt8(ascii: ":"), rule != .unescaped { path.append(byte) }
            path.append(byte)
        }
    }

    private static func isFalse(_ prefix: [UInt8]) -> Bool {
        prefix.isEmpty || prefix == [UInt8(ascii: "0")]
    }
}
