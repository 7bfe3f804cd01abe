import TestSupport
import Testing

@Suite("Columns")
struct ColumnTests {
    private static let generated: Set = ["configuration.md", "metrics.md", "metrics-tools.md"]
    /// Code, comments, documents and the published contract. References are generated.
    private static let files = SourceFile.all.filter { file in
        if generated.contains(where: { file.path == "deploy/docs/\($0)" }) { return false }
        if file.path.hasPrefix("schemas/compatibility/") { return false }
        let isContract = file.path.hasPrefix("schemas/") && file.path.hasSuffix(".yaml")
        let isExample = file.path.hasPrefix("deploy/examples/") && file.path.hasSuffix(".sh")
        return isContract || isExample || file.isSwift
            || [".md", ".proto"].contains { file.path.hasSuffix($0) }
    }

    /// A table and a link cannot be wrapped, nor a text that is printed as it is.
    private static func isFree(_ line: String, in file: SourceFile) -> Bool {
        if line.hasPrefix("|") || line.contains("https://") || line.contains("http://") { return true }
        // The signature of the example.
        if file.path == "schemas/openapi.yaml" { return line.contains("\"signature\": ") }
        return file.isSwift && (line.contains("///     ") || line.contains("\"") || line.contains("/^"))
    }

    @Test("a line has at most 110 columns", arguments: files)
    private func columns(file: SourceFile) {
        var isInText = false
        for (index, line) in file.lines.enumerated() {
            if file.isSwift, line.ranges(of: "\"\"\"").count == 1 { isInText.toggle() }
            if line.count <= 110 || isInText || Self.isFree(line, in: file) { continue }
            Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
        }
    }
}
