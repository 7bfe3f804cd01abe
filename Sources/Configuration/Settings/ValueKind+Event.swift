// SPDX-License-Identifier: Apache-2.0
internal import Payments

extension ValueKind where Value == SchemaID {
    /// A GUID, as a schema registry prints it.
    static var schemaID: ValueKind {
        ValueKind(
            .text(placeholder: "GUID"), refusal: "is not a GUID like 89791762-2336-4186-9674-299b90a802e2",
            spell: { $0.description }, read: { SchemaID($0) })
    }
}

extension ValueKind where Value == String {
    /// A URI or a relative reference.
    static var uriReference: ValueKind {
        ValueKind(
            .text(placeholder: "URI"), refusal: "is not a URI of 1 to 2048 printable ASCII characters",
            spell: { $0 }
        ) { text in
            // RFC 3986 has printable ASCII only. The length is bounded because each record repeats it.
            let isPrintable = text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
            return isPrintable && (1...2048).contains(text.utf8.count) ? text : nil
        }
    }

    /// A URI with a scheme.
    static var uri: ValueKind {
        ValueKind(
            form: .text(placeholder: "URI"),
            parse: { text throws(ValueProblem) in
                let text = try uriReference.parse(text)
                guard text.contains(/^[A-Za-z][A-Za-z0-9+.-]*:./) else {
                    throw ValueProblem("is not an absolute URI like https://example.com/event.schema.json")
                }
                return text
            }, spell: { $0 })
    }
}
