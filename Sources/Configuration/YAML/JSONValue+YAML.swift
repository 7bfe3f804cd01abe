// SPDX-License-Identifier: Apache-2.0
public import Gate

extension JSONValue {
    /// Reads a YAML text, such as a scenario. Every scalar is a string.
    ///
    /// - Parameter name: of the file, for errors.
    public init(yaml bytes: [UInt8], name: String) throws(ConfigurationError) {
        self.init(try YAMLReader.parse(bytes, file: name))
    }

    /// The depth is bounded by the reader.
    private init(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text): self = .string(text)
        case .sequence(let nodes): self = .array(nodes.map { JSONValue($0) })
        case .mapping(let members): self = .object(members.map { .init($0.key, JSONValue($0.value)) })
        }
    }
}
