// SPDX-License-Identifier: Apache-2.0

/// A body flattened to the lines that the platform signs: `path:value`, one for each scalar.
///
/// Path: the keys from the root joined by `:`, in each of which `:` is doubled; the place in an array counts
/// from 0. Value: the decoded string, `1`, `0` or nothing for `true`, `false` and `null`, a number as PHP 8
/// prints it. Empty containers, members `frame_mode` and members `signature` other than null give no line
/// (the platform's SDK for PHP, `SignatureHandler` and `Callback`, decides wherever the documentation is
/// silent).
///
/// Every `flatten` reuses the storage.
public struct SignedLines: Sendable {
    /// The text of a line is `bytes[path.start..<value.end]`: path, `:` and value are adjacent.
    public struct Line: BitwiseCopyable, Sendable {
        public var path: ByteRange
        public var value: ByteRange
    }

    /// The text of the lines. The text of replaced lines may remain between them.
    public internal(set) var bytes: [UInt8] = []
    /// In the order in which PHP's array holds them, until `sort`.
    public internal(set) var lines: [Line] = []
    /// The sort key of each line, if that is not its path: PHP renumbers lines whose path is an integer.
    /// Empty when every line is sorted by its path.
    var keys: [ByteRange] = []
    var prefix: [UInt8] = []
    var frames: [Frame] = []
    private var sorter = LineSorter()
    /// In the slots of the layouts of their trees.
    var layouts = [LineLayout?](repeating: nil, count: JSONLayouts.limit)
    /// The layout that the lines have, in their order; nil for others, and for lines that were sorted.
    var layout: LineLayout?

    public init() {}

    /// Makes the lines of a body, replacing the previous ones. An empty tree has none.
    public mutating func flatten(_ tree: borrowing JSONTree, rule: SignatureRule) {
        bytes.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        layout = nil
        if tree.nodes.isEmpty || fillLines(tree, rule) { return }
        if tree.irregularities.isDisjoint(with: .collisions) {
            copyLines(tree, rule)
            keepLayout(of: tree)
        } else {
            mergeLines(tree, rule)
        }
    }

    /// Sorts the lines as they are signed: by path in natural order, or in byte order where the rule says so;
    /// lines that are equal in this stay as they were.
    public mutating func sort(by rule: SignatureRule) {
        if let layout, rule != .byteOrder {
            sorter.sort(&lines, by: layout.naturalOrder)
        } else {
            sorter.sort(&lines, by: &keys, in: bytes, rule: rule)
        }
        layout = nil
    }

    /// Appends the text to be signed, in the present order: `line;line;…`.
    public func appendJoined(to text: inout [UInt8]) {
        var count = 0
        for line in lines { count &+= line.path.count &+ line.value.count &+ 2 }
        guard count > 0 else { return }
        var offset = text.count
        text.append(addingCapacity: count) { $0.append(repeating: 0, count: count) }
        let source = bytes.span.bytes
        var span = text.mutableSpan
        var output = span.mutableBytes
        for line in lines {
            let range = Int(line.path.start)..<Int(line.value.end)
            output.write(source.extracting(range), at: &offset)
            output.write(UInt8(ascii: ";"), at: &offset)
        }
        text.removeLast()
    }
}

extension SignedLines {
    /// Members that are not signed, with all below them.
    static func isSkipped(_ node: JSONTree.Node, in tree: borrowing JSONTree) -> Bool {
        switch node.key.count {
        case 9: node.kind != .null && tree.isEqual(node.key, "signature")
        case 10: tree.isEqual(node.key, "frame_mode")
        default: false
        }
    }

    /// Appends a scalar's value.
    mutating func appendValue(of node: JSONTree.Node, in tree: borrowing JSONTree, _ rule: SignatureRule) {
        switch node.kind {
        case .number where !node.isPlainInteger && rule != .literalNumbers:
            PHPNumber.append(tree.bytes.span.extracting(node.value.range), to: &bytes)
        case .string, .number:
            bytes.append(contentsOf: tree.bytes[node.value.range])
        case .true:
            bytes.append(UInt8(ascii: "1"))
        case .false:
            bytes.append(UInt8(ascii: "0"))
        case .null, .object, .array:
            break
        }
    }
}
