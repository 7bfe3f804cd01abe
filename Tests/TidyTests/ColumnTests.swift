import TestSupport
import Testing

@Suite("Columns")
struct ColumnTests {
    /// A table cannot be wrapped; data, examples and generated schemas are as their writers make them.
    private static func isFree(_ line: String, in file: SourceFile) -> Bool {
        if line.hasPrefix("|") || line.contains("https://") || line.contains("http://") { return true }
        let data = [
            "schemas/examples/", "schemas/compatibility/", "deploy/dashboards/",
            "deploy/chart/values.schema.json",
        ]
        if data.contains(where: { file.path.hasPrefix($0) }) { return true }
        return [".json", ".svg", ".binpb", ".txt", ".py", ".tpl"].contains { file.path.hasSuffix($0) }
            || file.path.hasPrefix("deploy/prometheus/") || file.path.hasPrefix("deploy/docs/configuration")
    }

    /// Texts that must stay in one line, in quotes.
    private static func isString(_ line: String, in file: SourceFile) -> Bool {
        file.isSwift && (line.contains("\"") || line.contains("/^") || line.contains("#/"))
    }

    @Test("a line has at most 110 columns")
    func columns() {
        for file in SourceFile.all {
            for (index, line) in file.lines.enumerated()
            where line.count > 110 && !Self.isFree(line, in: file) && !Self.isString(line, in: file) {
                Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
            }
        }
    }
}
