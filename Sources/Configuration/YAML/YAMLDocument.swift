// SPDX-License-Identifier: Apache-2.0

/// A YAML text for a module that reads separate documents, such as scenarios. Scalars are texts.
public enum YAMLDocument: Sendable {
    case scalar(String)
    case sequence([YAMLDocument])
    /// In the order of the text.
    case mapping([(key: String, value: YAMLDocument)])

    /// - Parameter name: of the file, for errors.
    public init(_ bytes: [UInt8], name: String) throws(ConfigurationError) {
        self.init(try YAMLReader.parse(bytes, file: name))
    }

    /// The depth is bounded by the reader.
    private init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text): self = .scalar(text)
        case .sequence(let nodes): self = .sequence(nodes.map { YAMLDocument($0) })
        case .mapping(let members): self = .mapping(members.map { ($0.key, YAMLDocument($0.value)) })
        }
    }
}
