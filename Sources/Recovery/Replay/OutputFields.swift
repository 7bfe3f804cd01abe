// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments

/// The fields of a published value by their paths, so that two values can be compared field by field.
struct OutputFields {
    private(set) var fields: [(path: String, value: String)] = []

    /// - Parameter value: an event as JSON. Of anything else only size and digest are shown, because it may
    ///   be a body.
    init(_ value: [UInt8]?, of topic: Topic) {
        guard let value else { return }
        var tree = JSONTree(limits: JSONLimits(depth: 64, members: 100_000, numberBytes: 64))
        if topic == .status, value.first == UInt8(ascii: "{"), (try? tree.parse(value.span.bytes)) != nil {
            for member in tree.children(of: 0) { add(member, of: tree, below: "") }
            return
        }
        let digest = SHA256.bytes(of: value).prefix(8)
        fields.append(("value", "\(value.count) bytes, SHA-256 \(digest.hexadecimal)…"))
    }

    private mutating func add(_ node: Int, of tree: JSONTree, below path: String) {
        let name = tree.string(tree.nodes[node].key)
        let own = path.isEmpty ? name : "\(path).\(name)"
        guard tree.nodes[node].isContainer else {
            return fields.append((own, tree.string(tree.nodes[node].value)))
        }
        for (index, child) in tree.children(of: node).enumerated() {
            if tree.nodes[node].kind == .array {
                add(child, of: tree, below: "\(own)[\(index)]")
            } else {
                add(child, of: tree, below: own)
            }
        }
    }

    /// The paths at which two values differ, in the order of the first.
    static func differences(
        _ published: OutputFields, _ derived: OutputFields
    ) -> [(path: String, published: String?, derived: String?)] {
        let old = Dictionary(published.fields.map { ($0.path, $0.value) }) { _, last in last }
        let new = Dictionary(derived.fields.map { ($0.path, $0.value) }) { _, last in last }
        var differences: [(path: String, published: String?, derived: String?)] = []
        for field in published.fields where new[field.path] != field.value {
            differences.append((field.path, field.value, new[field.path]))
        }
        for field in derived.fields where old[field.path] == nil {
            differences.append((field.path, nil, field.value))
        }
        return differences
    }
}
