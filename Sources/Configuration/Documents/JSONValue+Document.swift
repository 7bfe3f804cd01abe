// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// JSON for documents that people read.
extension JSONValue {
    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

    /// With two spaces for each level, and a line end.
    var document: String { written(margin: "") + "\n" }

    private func written(margin: String) -> String {
        let inner = margin + "  "
        switch self {
        case .object(let members):
            let lines = members.map { member in
                "\(inner)\(JSONValue.string(member.name).written(margin: "")): \(member.value.written(margin: inner))"
            }
            return members.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
        case .array(let elements):
            let texts = elements.map { $0.written(margin: inner) }
            let line = "[\(texts.joined(separator: ", "))]"
            if line.count + margin.count < 100, !line.contains("\n") { return line }
            return "[\n\(texts.map { inner + $0 }.joined(separator: ",\n"))\n\(margin)]"
        case .null, .bool, .number, .string: return String(decoding: encoded, as: UTF8.self)
        }
    }
}
