// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The command lines of a section of `deploy/docs/runbook.md`, as they are written.
struct RunbookSection {
    let title: String
    let commands: [String]

    /// The titles of all sections, by chapter.
    static func titles() throws -> [String: [String]] {
        let text = try String(contentsOf: Repository.file("deploy/docs/runbook.md"), encoding: .utf8)
        var titles: [String: [String]] = [:]
        var chapter = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") { chapter = String(line.dropFirst(2)) }
            if line.hasPrefix("## ") { titles[chapter, default: []].append(String(line.dropFirst(3))) }
        }
        return titles
    }

    /// Every section with a command line, the introduction included.
    static func all() throws -> [RunbookSection] {
        let text = try String(contentsOf: Repository.file("deploy/docs/runbook.md"), encoding: .utf8)
        var sections: [(title: String, commands: [String])] = []
        for line in text.split(separator: "\n").map(String.init) {
            if line.hasPrefix("#") {
                sections.append((line.drop { $0 == "#" || $0 == " " }.description, []))
            } else if line.hasPrefix("    "), !sections.isEmpty {
                let command = line.split(separator: "#", maxSplits: 1)[0].trimmingCharacters(in: .whitespaces)
                sections[sections.count - 1].commands.append(command)
            }
        }
        return sections.filter { !$0.commands.isEmpty }.map {
            RunbookSection(title: $0.title, commands: $0.commands)
        }
    }

    private init(title: String, commands: [String]) {
        self.title = title
        self.commands = commands
    }

    init(_ title: String) throws {
        self = try #require(
            try Self.all().first { $0.title == title }, "the runbook has no commands: \(title)")
    }
}
