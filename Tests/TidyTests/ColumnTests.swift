// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Tables, examples, compatibility and test data are free, and what a program writes.
@Suite("Columns")
struct ColumnTests {
    private static let limit = 110
    private static let generated: Set = [
        "deploy/docs/configuration.md", "deploy/docs/metrics.md", "deploy/docs/metrics-tools.md",
        "deploy/prometheus/rules.yaml", "deploy/prometheus/project-silent.yaml",
    ]
    private static let freeFolders = ["schemas/compatibility/", "schemas/examples/"]

    private static let files = SourceFile.all.filter { file in
        if generated.contains(file.path) || freeFolders.contains(where: file.path.hasPrefix) { return false }
        // Programs that readers copy have the style of their own language.
        if file.path.hasPrefix("deploy/examples/") { return file.path.hasSuffix(".sh") }
        return !(file.path.hasPrefix("Tests/") && file.path.hasSuffix(".json"))
    }

    /// A table and a link cannot be wrapped, nor a text that is printed as it is.
    private static func isFree(_ line: String, in file: SourceFile) -> Bool {
        if line.contains("https://") || line.contains("http://") { return true }
        if file.path.hasSuffix(".md") { return line.hasPrefix("|") }
        // The signature of the example.
        if file.path == "schemas/openapi.yaml" { return line.contains("\"signature\": ") }
        // A line of a template is a line of what it makes.
        if file.path.hasPrefix("deploy/chart/templates/") { return true }
        // A string of JSON has one line.
        if file.path.hasSuffix(".json") {
            let longest = line.matches(of: /"(?:[^"\\]|\\.)*"/).map { $0.output.count }.max() ?? 0
            return line.count - longest <= limit
        }
        return file.isSwift && (line.contains("///     ") || line.contains("\"") || line.contains("/^"))
    }

    @Test("the rule reads every kind of text file")
    func kinds() {
        let kinds = ["swift", "md", "proto", "yaml", "json", "py", "sh", "h", "c", "tpl", "lua"]
        for kind in kinds {
            #expect(Self.files.contains { $0.path.hasSuffix(".\(kind)") }, "\(kind)")
        }
        for file in ["deploy/test", "deploy/Containerfile", ".ci/run", "NOTICE"] {
            #expect(Self.files.contains { $0.path == file }, "\(file)")
        }
    }

    @Test("a line has at most 110 columns", arguments: files)
    private func columns(file: SourceFile) {
        var isInText = false
        for (index, line) in file.lines.enumerated() {
            if file.isSwift, line.ranges(of: "\"\"\"").count == 1 { isInText.toggle() }
            if line.count <= Self.limit || isInText || Self.isFree(line, in: file) { continue }
            Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
        }
    }
}
