// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A text file of the repository, for rules that read it line by line.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the repository's root.
    let path: String
    let lines: [String]

    var module: String { String(path.split(separator: "/").dropFirst().first ?? "") }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var testDescription: String { path }

    /// Every place where `pattern` is found, as `path:line`.
    func places<Output>(of pattern: Regex<Output>) -> [String] {
        lines.enumerated().compactMap { $1.contains(pattern) ? "\(path):\($0 + 1)" : nil }
    }

    /// All text files that belong to the repository, without what a build makes and without test data.
    static let all: [SourceFile] = {
        let folders = [
            "Sources", "Tests", "deploy", "schemas", ".ci", ".github", "Package.swift", "README.md",
            "CHANGELOG.md", "NOTICE",
        ]
        var files: [SourceFile] = []
        for folder in folders {
            let root = Repository.file(folder)
            let below = FileManager.default.enumerator(
                at: root, includingPropertiesForKeys: [.isRegularFileKey])
            let found = below?.compactMap { $0 as? URL } ?? []
            for url in [root] + found {
                let path = String(url.path.dropFirst(Repository.root.path.count + 1))
                if path.contains("/Data/") || path.contains("__pycache__") { continue }
                guard (try? url.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true,
                    let text = try? String(contentsOf: url, encoding: .utf8)
                else { continue }
                files.append(SourceFile(path: path, lines: text.components(separatedBy: "\n")))
            }
        }
        return files.sorted { $0.path < $1.path }
    }()

    static let swift = all.filter(\.isSwift)
    static let sources = swift.filter { $0.path.hasPrefix("Sources/") }
}
