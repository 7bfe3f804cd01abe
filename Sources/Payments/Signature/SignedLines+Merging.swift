/// The general case, told as PHP does it: keys that vanish from the path, are integers, or make two paths equal.
/// Such bodies are signed validly but no ordinary callback is one, so this may be plain instead of fast.
extension SignedLines {
    mutating func mergeLines(_ tree: borrowing JSONTree, _ rule: SignatureRule) {
        var array = PHPArray()
        merge(0, prefix: [], of: tree, into: &array, rule)
        var hasIntegers = false
        for entry in array.entries {
            lines.append(entry.line)
            if case .integer = entry.key { hasIntegers = true }
        }
        guard hasIntegers else { return }
        for entry in array.entries {
            guard case .integer(let integer) = entry.key else {
                keys.append(entry.line.path)
                continue
            }
            let start = Int32(truncatingIfNeeded: bytes.count)
            PHPNumber.append(integer, to: &bytes)
            keys.append(Text(start: start, end: Int32(truncatingIfNeeded: bytes.count)))
        }
    }

    /// Flattens one container into `array`.
    private mutating func merge(
        _ container: Int, prefix: [UInt8], of tree: borrowing JSONTree, into array: inout PHPArray,
        _ rule: SignatureRule
    ) {
        let isArray = tree.nodes[container].kind == .array
        for (place, index) in tree.children(of: container).enumerated() {
            let node = tree.nodes[index]
            if Self.isSkipped(node, in: tree) { continue }
            var path = prefix
            // PHP takes an empty prefix and the prefix "0" for false, and then puts nothing before the key.
            if Self.isFalse(prefix) { path = [] } else { path.append(UInt8(ascii: ":")) }
            if isArray {
                PHPNumber.append(Int64(place), to: &path)
            } else {
                for byte in tree.bytes[node.key.range] {
                    if byte == UInt8(ascii: ":"), rule != .unescaped { path.append(byte) }
                    path.append(byte)
                }
            }
            if node.isContainer {
                mergeContainer(index, path: path, of: tree, into: &array, rule)
            } else {
                let start = bytes.count
                bytes.append(contentsOf: path)
                bytes.append(UInt8(ascii: ":"))
                appendValue(of: node, in: tree, rule)
                array.set(path.span, Self.line(start, start + path.count, bytes.count))
            }
        }
    }

    /// `$array = array_merge($array, flatten($container, $path))`.
    private mutating func mergeContainer(
        _ container: Int, path: [UInt8], of tree: borrowing JSONTree, into array: inout PHPArray,
        _ rule: SignatureRule
    ) {
        if Self.isFalse(path) {
            var inner = PHPArray()
            merge(container, prefix: path, of: tree, into: &inner, rule)
            array.merge(inner)
        } else {
            // Below such a path every path holds a `:`, so none is an integer; and setting one key after another
            // is what merging string keys does. So the lines need not be carried up level by level.
            array.renumber()
            merge(container, prefix: path, of: tree, into: &array, rule)
        }
    }

    private static func isFalse(_ prefix: [UInt8]) -> Bool {
        prefix.isEmpty || prefix == [UInt8(ascii: "0")]
    }
}
