// SPDX-License-Identifier: Apache-2.0

/// A file of librdkafka properties as `kcat -F` and Kafka's own tools read it: a `name=value` a line, white
/// space around both ignored; `#` begins a comment line. `topic.` before a name is ignored, and so is a
/// backslash before `:` and `=`, as Java writes them.
enum PropertiesFile {
    struct Line {
        let name: String
        let value: String
        /// From 1.
        let line: Int
    }

    static func read(_ path: String) throws(ConfigurationError) -> [Line] {
        let bytes = try FileBytes.read(path, atMost: 1 << 20)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError("is not text in UTF-8", file: path)
        }
        var lines: [Line] = []
        var problems: [ConfigurationError.Problem] = []
        // "\r\n" is one character to Swift.
        let all = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, raw) in all.enumerated() {
            let line = raw.trimmingSpaces
            if line.isEmpty || line.first == "#" { continue }
            guard let equals = separator(in: line), equals > line.startIndex else {
                // The line may be a password.
                problems.append(.init("is not of the form name=value", file: path, line: index + 1))
                continue
            }
            var name = unescaped(line[..<equals].trimmingSpaces)
            if name.hasPrefix("topic.") { name = String(name.dropFirst("topic.".count)) }
            let value = unescaped(line[line.index(after: equals)...].trimmingSpaces)
            guard !value.isEmpty else {
                problems.append(.init("\(name) has no value", file: path, line: index + 1))
                continue
            }
            lines.append(Line(name: name, value: value, line: index + 1))
        }
        if !problems.isEmpty { throw ConfigurationError(problems) }
        return lines
    }

    /// The first `=` that has no backslash before it.
    private static func separator(in line: Substring) -> Substring.Index? {
        line.indices.first {
            line[$0] == "=" && ($0 == line.startIndex || line[line.index(before: $0)] != "\\")
        }
    }

    /// Pairs are taken from the left, so that a backslash may stand before another one.
    private static func unescaped(_ text: Substring) -> String {
        String(text.replacing(/\\(.)/) { $0.1 == ":" || $0.1 == "=" ? $0.1 : $0.0 })
    }
}
