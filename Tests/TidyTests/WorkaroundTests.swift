// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The register of librdkafka workarounds in `Sources/README.md`: with a newer version each row is taken out
/// and its test decides. The last column has the version that corrects the issue.
@Suite("Workarounds")
struct WorkaroundTests {
    @Test("each issue of the register is in the name of a test, and the suite that it names exists")
    func named() throws {
        let register = try String(contentsOf: Repository.file("Sources/README.md"), encoding: .utf8)
        let rows = register.split(separator: "\n").filter { $0.hasPrefix("| #") }
        #expect(rows.count > 8)
        let tests = SourceFile.swift.filter {
            $0.path.hasPrefix("Tests/") && !$0.path.contains("/TidyTests/")
        }
        for row in rows {
            let cells = row.split(separator: "|").map { String($0) }
            try #require(cells.count == 5, "\(row)")
            #expect(cells[4].contains(/[0-9]+\.[0-9]+\.[0-9]+|open|not known/), "\(row)")
            if cells[3].contains("none:") { continue }
            for issue in cells[0].matches(of: /#[0-9]+/) {
                let isNamed = tests.contains { file in
                    file.lines.contains { $0.contains("\"") && $0.contains(issue.output) }
                }
                #expect(isNamed, "no test is named after \(issue.output)")
            }
            for suite in cells[3].matches(of: /`([A-Za-z]+Tests)`/) {
                #expect(
                    tests.contains { $0.path.hasSuffix("/\(suite.1).swift") }, "there is no \(suite.1)")
            }
        }
    }
}
