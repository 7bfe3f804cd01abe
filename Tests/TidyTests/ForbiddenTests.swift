// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite("What must not be there")
struct ForbiddenTests {
    private struct Rule: Sendable, CustomTestStringConvertible {
        let why: String
        let pattern: String
        var applies: @Sendable (SourceFile) -> Bool = { $0.isSwift }
        var testDescription: String { why }
    }

    private static let pure: Set = ["Payments", "Kafka", "HTTP", "StateStore", "Worker"]

    private static let rules = [
        Rule(
            why: "an error is thrown or a precondition is stated", pattern: #"\bfatalError\(|\btry!|\bas!"#),
        Rule(
            why: "work left over is work done now", pattern: #"\b(TODO|FIXME|XXX|HACK)\b"#,
            applies: { _ in true }),
        Rule(why: "tests go through the public face of a module", pattern: #"@testable"#),
        Rule(
            why: "the repository knows no machine and no package mirror",
            pattern:
                #"(^|[\s"'=:(])/(work|root|home|Users|mnt)/|pythonhosted|pypi\.org|index-url|artifactory"#,
            applies: { _ in true }),
        Rule(
            why: "the repository speaks of the project alone",
            pattern: #"shared/docs|\bissue #?[0-9]+\b|\b[Ii]ssues? show\b"#, applies: { _ in true }),
        Rule(
            why: "a published document has no YAML anchors, which some editors and generators drop",
            pattern: #"(:|^ *-) +[&*][A-Za-z]"#,
            applies: { $0.path.hasPrefix("schemas/") && $0.path.hasSuffix(".yaml") }),
        Rule(
            why: "no Foundation in the modules of the hot path", pattern: #"import Foundation"#,
            applies: { $0.path.hasPrefix("Sources/") && pure.contains($0.module) }),
        Rule(
            why: "no floating point and no Date where money and time are read",
            pattern: #"\b(Double|Float|Float16|Decimal|Date|TimeInterval|strtod|atof)\b"#,
            // The signed text holds numbers as PHP prints them, and PHP's numbers are floating point. Nothing
            // else is made of them.
            applies: { $0.path.hasPrefix("Sources/Payments/") && !$0.path.hasSuffix("/PHPNumber.swift") }),
        // libdispatch sets the priority of each of its threads. A hardened unit refuses the call, and
        // libdispatch then writes a line to the journal that is not JSON.
        Rule(
            why: "a service's threads are OSThreads, and none is a thread of libdispatch",
            pattern: #"\b(DispatchQueue|DispatchSource|DispatchWorkItem)\b|\bTask *\{|\bawait\b"#,
            // Of a command, which no unit runs.
            applies: { $0.path.hasPrefix("Sources/") && $0.isSwift && !$0.path.contains("/Rebuild/") }),
        Rule(
            why: "signatures are compared in constant time, by CRYPTO_memcmp alone",
            pattern: #"\b(memcmp|strcmp|strncmp|elementsEqual)\("#,
            applies: { $0.path.hasPrefix("Sources/Payments/Signature/") }),
    ]

    @Test("no forbidden word", arguments: rules)
    private func words(rule: Rule) throws {
        let pattern = try Regex(rule.pattern)
        for file in SourceFile.all where rule.applies(file) && !file.path.hasPrefix("Tests/TidyTests/") {
            let code = SourceFile(path: file.path, lines: file.lines.map(Self.withoutComment))
            let places = (file.isSwift && rule.why.contains("floating") ? code : file).places(of: pattern)
            #expect(places.isEmpty, "\(rule.why)")
        }
    }

    /// Comments may say that there is no floating point.
    private static func withoutComment(_ line: String) -> String {
        line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line
    }

    @Test("unchecked Sendable stands at most three times, each with its proof")
    func unchecked() {
        let places = SourceFile.sources.flatMap { file in
            file.places(of: /^[^\/]*@unchecked Sendable/)
        }
        #expect(places.count <= 3, "\(places)")
    }

    @Test(
        "nothing that a build makes is tracked",
        .enabled(
            if: FileManager.default.fileExists(atPath: Repository.file(".git").path),
            "this is no git checkout, so nothing is tracked"))
    func tracked() throws {
        let git = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["git", "-c", "safe.directory=*", "-C", Repository.root.path, "ls-files"])
        try #require(git.waitForEnd(within: .seconds(120)) == .exit(0), "\(git.errors)")
        let paths = git.output.split(separator: "\n").map(String.init)
        #expect(paths.contains("Package.swift"))
        let made = paths.filter {
            $0.hasPrefix(".build") || $0.contains("__pycache__") || $0.hasSuffix(".o")
                || $0 == "Package.resolved"
        }
        #expect(made.isEmpty)
    }
}
