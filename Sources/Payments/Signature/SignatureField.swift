// SPDX-License-Identifier: Apache-2.0

/// The signature and the project of a body: at the root, else in `general`.
public struct SignatureField: BitwiseCopyable, Sendable {
    /// The node of the signature; nil if there is none, or it is not a string.
    public var signature: Int?
    /// The node of the project's id, of any kind; nil if it is missing or null.
    public var project: Int?

    public init(in tree: borrowing JSONTree) {
        guard !tree.nodes.isEmpty else { return }
        signature = Self.member("signature", of: 0, in: tree)
        project = Self.member("project_id", of: 0, in: tree)
        if signature == nil || project == nil, let general = tree.member("general", of: 0) {
            signature = signature ?? Self.member("signature", of: general, in: tree)
            project = project ?? Self.member("project_id", of: general, in: tree)
        }
        // A signature of another kind at the root hides the one in `general`, as it does in the platform's
        // SDKs.
        if let found = signature, tree.nodes[found].kind != .string { signature = nil }
    }

    /// The project's id: digits without a leading zero, as a number or a string; nil for anything else.
    public func projectID(in tree: borrowing JSONTree) -> Int64? {
        guard let project, tree.nodes[project].kind == .number || tree.nodes[project].kind == .string else {
            return nil
        }
        let id = PHPInteger.value(of: tree.bytes.span.extracting(tree.nodes[project].value.range))
        return id.flatMap { $0 > 0 ? $0 : nil }
    }

    /// A member that is not null: PHP's `??` passes over null.
    private static func member(_ key: StaticString, of index: Int, in tree: borrowing JSONTree) -> Int? {
        guard let member = tree.member(key, of: index), tree.nodes[member].kind != .null else { return nil }
        return member
    }
}
