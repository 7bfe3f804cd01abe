import TestSupport
import Testing

@Suite("Columns")
struct ColumnTests {
    /// Code, comments and documents. The reference of the settings is generated.
    private static let files = SourceFile.all.filter {
        ($0.isSwift || $0.path.hasSuffix(".md")) && $0.path != "deploy/docs/configuration.md"
    }

    /// A table and a link cannot be wrapped, nor a text that is printed as it is.
    private static func isFree(_ line: String, in file: SourceFile) -> Bool {
        if line.hasPrefix("|") || line.contains("https://") || line.contains("http://") { return true }
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
