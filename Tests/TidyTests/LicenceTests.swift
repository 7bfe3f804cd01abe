// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@Suite("Licence")
struct LicenceTests {
    private static let suffixes = [
        ".swift", ".h", ".c", ".proto", ".java", ".php", ".modulemap", ".py", ".sh", ".yaml", ".yml",
    ]
    /// Data, templates of the chart and of issues, and a generated file.
    private static let free = [
        ".github/", "schemas/examples/", "schemas/compatibility/", "deploy/chart/templates/",
        "Sources/Platform/Scenarios/Files/", "deploy/prometheus/rules.yaml",
    ]
    private static let files = SourceFile.all.filter { file in
        let isSource = suffixes.contains { file.path.hasSuffix($0) } || file.lines[0].hasPrefix("#!")
        return isSource && !free.contains { file.path.hasPrefix($0) }
    }

    @Test("each source file names its licence in its first lines")
    func line() {
        #expect(Self.files.count > 800)
        for file in Self.files {
            let isNamed = file.lines.prefix(5).contains { $0.contains("SPDX-License-Identifier: Apache-2.0") }
            #expect(isNamed, "\(file.path)")
        }
    }
}
