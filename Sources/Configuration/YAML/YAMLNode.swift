// SPDX-License-Identifier: Apache-2.0

/// A value of a YAML file with its place. Scalars are text whatever they look like: `no`, `1e3` and `0755`
/// mean what the reader of the setting makes of them, never what their spelling suggests.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([Member])
    }

    struct Member: Sendable {
        let key: String
        /// The key's line, from 1.
        let line: Int
        let value: YAMLNode
    }

    let content: Content
    /// The line on which the value begins, from 1.
    let line: Int

    /// The text of a scalar, else nil.
    var text: String? {
        if case .scalar(let text) = content { text } else { nil }
    }

    /// The members of a mapping in their order, else nil. A scalar without text (`key:` and nothing behind
    /// it) counts as an empty mapping.
    var members: [Member]? {
        switch content {
        case .mapping(let members): members
        case .scalar(""): []
        default: nil
        }
    }

    /// The values of a sequence in their order, else nil.
    var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }
}
