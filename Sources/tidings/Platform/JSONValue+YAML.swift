// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate

extension JSONValue {
    /// A YAML text as JSON: every scalar is a string.
    init(_ document: YAMLDocument) {
        switch document {
        case .scalar(let text): self = .string(text)
        case .sequence(let elements): self = .array(elements.map { JSONValue($0) })
        case .mapping(let members): self = .object(members.map { .init($0.key, JSONValue($0.value)) })
        }
    }
}
