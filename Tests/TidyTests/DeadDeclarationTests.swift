// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A declaration of `Sources` that only tests use belongs to the tests. Failpoints are the exception.
@Suite("Dead declarations")
struct DeadDeclarationTests {
    private static let allowed: Set<String> = [
        // Tests ask these of the real thing, and have no other way to see or to cause it.
        "tableCount", "paymentFollowers", "silent", "isPaymentNotFound",
        // Witnesses of protocols of the standard library, which nothing calls by name.
        "description", "debugDescription", "customMirror", "hash", "next", "body", "main", "message",
        "deinit",
    ]

    @Test("every function, type and property of Sources is used in Sources")
    func used() {
        var uses: [Substring: Int] = [:]
        for file in SourceFile.sources {
            for line in file.lines {
                let code = line.range(of: "//").map { line[..<$0.lowerBound] } ?? line[...]
                for match in code.matches(of: /[A-Za-z_][A-Za-z0-9_]*/) {
                    uses[match.output, default: 0] += 1
                }
            }
        }
        let declaration =
            /^ *(?:(?:public|package|static|mutating|final|private|internal|consuming|borrowing|nonisolated|@[a-zA-Z]+(?:\([^)]*\))?) )*(?:func|struct|enum|class|protocol|typealias|var|let) ([A-Za-z_][A-Za-z0-9_]*)/
        for file in SourceFile.sources where !file.path.hasSuffix("/Failpoint.swift") {
            for (index, line) in file.lines.enumerated() {
                guard let match = line.firstMatch(of: declaration), !Self.allowed.contains(String(match.1))
                else {
                    continue
                }
                // One use is the declaration itself.
                #expect(
                    uses[match.1, default: 0] > 1,
                    "\(file.path):\(index + 1): nothing in Sources uses \(match.1)")
            }
        }
    }
}
