// SPDX-License-Identifier: Apache-2.0

/// A JSON value whose members keep their order, for documents that people read.
indirect enum JSONDocument: Sendable {
    case object([(String, JSONDocument)])
    case array([JSONDocument])
    case text(String)
    case number(Int)
    case bool(Bool)

    static func texts(_ texts: [String]) -> JSONDocument { .array(texts.map { .text($0) }) }

    /// With two spaces for each level, and a line end.
    var written: String { written(margin: "") + "\n" }

    private func written(margin: String) -> String {
        let inner = margin + "  "
        switch self {
        case .object(let members):
            let lines = members.map { "\(inner)\(Self.quoted($0)): \($1.written(margin: inner))" }
            return members.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
        case .array(let elements):
            let texts = elements.map { $0.written(margin: inner) }
            let line = "[\(texts.joined(separator: ", "))]"
            if line.count + margin.count < 100, !line.contains("\n") { return line }
            return "[\n\(texts.map { inner + $0 }.joined(separator: ",\n"))\n\(margin)]"
        case .text(let text): return Self.quoted(text)
        case .number(let number): return "\(number)"
        case .bool(let bool): return "\(bool)"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
