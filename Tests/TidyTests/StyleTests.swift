// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("Style")
struct StyleTests {
    @Test("the formatter has nothing to say")
    func format() throws {
        let lint = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["swift", "format", "lint", "--strict", "--configuration", Repository.file(".swift-format").path]
                + ["--recursive"] + ["Sources", "Tests", "Package.swift"].map { Repository.file($0).path })
        #expect(lint.waitForEnd(within: .seconds(300)) == .exit(0))
        #expect(lint.errors.isEmpty)
    }

    @Test("a file is one noun: at most 300 lines")
    func fileLength() {
        for file in SourceFile.swift {
            // The last line's end makes one element more.
            #expect(file.lines.count <= 301, "\(file.path)")
        }
    }

    @Test("a function fits on a screen: at most 50 lines")
    func functionLength() {
        let start = /^( *)(?:[a-z@]+(?:\([a-z]+\))? )*(?:func |init[?(<]|deinit)/
        for file in SourceFile.swift {
            for (index, line) in file.lines.enumerated() {
                guard let match = line.firstMatch(of: start), hasBody(file.lines[index...]),
                    let end = file.lines[index...].firstIndex(of: "\(match.1)}")
                else { continue }
                #expect(end - index < 50, "\(file.path):\(index + 1) is \(end - index + 1) lines long")
            }
        }
    }

    /// Whether the declaration that begins here opens a body on lines of its own: a requirement of a protocol
    /// has none.
    private func hasBody(_ lines: ArraySlice<String>) -> Bool {
        var depth = 0
        for (index, line) in zip(lines.indices, lines) {
            depth += line.reduce(0) { $0 + ($1 == "(" ? 1 : $1 == ")" ? -1 : 0) }
            if depth > 0 { continue }
            if line.hasSuffix("{") { return true }
            let next = lines[(index + 1)...].first ?? ""
            return next.contains(/^ *(where .*)?{$/)
        }
        return false
    }

    @Test("a script stops at its first error and can be run")
    func scripts() throws {
        let scripts = SourceFile.all.filter { $0.lines[0] == "#!/usr/bin/env bash" }
        #expect(scripts.contains { $0.path == "deploy/test" })
        for script in scripts {
            #expect(script.lines.contains("set -euo pipefail"), "\(script.path)")
            #expect(
                FileManager.default.isExecutableFile(atPath: Repository.file(script.path).path),
                "\(script.path)")
        }
    }

    /// Witnesses of a documented requirement need no words of their own, so a name told once in a module
    /// counts.
    @Test("public functions and types are documented")
    func documentation() {
        let declaration = /^( *)public (?:[a-z]+ )*(func|struct|enum|class|protocol) ([A-Za-z]+)/
        var undocumented: [String: String] = [:]
        var documented: Set<String> = []
        for file in SourceFile.sources {
            for (index, line) in file.lines.enumerated() {
                guard let match = line.firstMatch(of: declaration) else { continue }
                let isNestedType = !match.1.isEmpty && match.2 != "func"
                if isNestedType || ["hash", "next"].contains(match.3) { continue }
                let name = "\(file.module).\(match.3)"
                if isDocumented(index, in: file) {
                    documented.insert(name)
                } else {
                    undocumented[name] = "\(file.path):\(index + 1)"
                }
            }
            // Requirements carry no access word of their own.
            for (index, line) in file.lines.enumerated() {
                if let match = line.firstMatch(of: /^ *(?:[a-z]+ )*func ([A-Za-z]+)/),
                    isDocumented(index, in: file)
                {
                    documented.insert("\(file.module).\(match.1)")
                }
            }
        }
        for (name, place) in undocumented where !documented.contains(name) {
            Issue.record("\(name) has no documentation: \(place)")
        }
    }

    /// Whether a comment of documentation stands above a line, or above its attributes.
    private func isDocumented(_ index: Int, in file: SourceFile) -> Bool {
        file.lines[..<index].last { !$0.contains(/^ *@/) }?.contains(/^ *\/\/\//) ?? false
    }
}
