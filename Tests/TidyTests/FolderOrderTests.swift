// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `Payments` is one module of folders that use one another in one direction only.
@Suite("Folders of Payments")
struct FolderOrderTests {
    /// From the lowest to the highest. A folder uses only itself and folders before it.
    private static let order = [
        "Bytes", "PHP", "JSON", "Signature", "Status", "Callback", "Topics", "PaymentState", "Progress",
        "Event",
        "Processor",
    ]
    private static let files = SourceFile.sources.filter { $0.module == "Payments" }

    @Test("every file is in one of the folders")
    func complete() {
        for file in Self.files { #expect(Self.order.contains(Self.folder(of: file)), "\(file.path)") }
    }

    @Test("a folder uses only the folders above it in the table", arguments: files)
    func downwards(file: SourceFile) throws {
        let own = try #require(Self.order.firstIndex(of: Self.folder(of: file)))
        // A nested type may have the name of a type elsewhere.
        let nested = Set(
            file.lines.compactMap {
                $0.firstMatch(of: /^ +(?:[a-z]+ )*(?:struct|enum|class|typealias) ([A-Z][A-Za-z0-9]*)/)
                    .map { String($0.1) }
            })
        for (index, line) in file.lines.enumerated() {
            let code = line.range(of: "//").map { line[..<$0.lowerBound] } ?? line[...]
            for match in code.matches(of: /\b[A-Z][A-Za-z0-9]+\b/) {
                let name = String(match.output)
                guard !nested.contains(name), let folder = Self.declarations[name] else { continue }
                let used = try #require(Self.order.firstIndex(of: folder))
                #expect(used <= own, "\(file.path):\(index + 1) uses \(match.output) of \(folder)")
            }
        }
    }

    private static func folder(of file: SourceFile) -> String {
        String(file.path.split(separator: "/").dropFirst(2).first ?? "")
    }

    /// Types declared at the top level of a file, by name. A name that is declared twice is left out.
    private static let declarations: [String: String] = {
        var found: [String: String] = [:]
        var twice: Set<String> = []
        for file in files {
            for line in file.lines {
                guard
                    let match = line.firstMatch(
                        of:
                            /^(?:(?:public|package|final|private|fileprivate|internal) )*(?:struct|enum|class|protocol|typealias) ([A-Z][A-Za-z0-9]*)/
                    )
                else { continue }
                let name = String(match.1)
                if found.updateValue(folder(of: file), forKey: name) != nil { twice.insert(name) }
            }
        }
        return found.filter { !twice.contains($0.key) }
    }()
}
