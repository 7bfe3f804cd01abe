// SPDX-License-Identifier: Apache-2.0
import Testing

/// A warning or an error in the log has three parts: the event, what the process does next, and what an
/// operator can do. The compiler asks for the parts, and this for their words.
@Suite("Warnings and errors in the log")
struct WarningTests {
    private static let literal = #"("""[^"]*"""|"(?:\\.|[^"\\])*")"#

    /// Every call that is not made with three texts, by its first characters.
    private static func faults(in text: String) throws -> [String] {
        let call = try Regex(#"[lL]og\s*\.(warning|error)\("#)
        let whole = try Regex(
            #"^\s*"# + literal + #",\s*next:\s*"# + literal + #",\s*advice:\s*"# + literal,
            as: (Substring, Substring, Substring, Substring).self)
        var faults: [String] = []
        for match in text.matches(of: call) {
            let rest = text[match.range.upperBound...]
            guard let parts = rest.prefixMatch(of: whole)?.output else {
                faults.append("not made with three texts: \(rest.prefix(60))")
                continue
            }
            let hasEvent = wordCount(parts.1) > 0 && wordCount(parts.2) > 0
            if !hasEvent || wordCount(parts.3) < 2 { faults.append("a part has no words: \(parts.0)") }
        }
        return faults
    }

    private static func wordCount(_ literal: Substring) -> Int {
        literal.split { !$0.isLetter }.count
    }

    private static func callCount(in text: String) throws -> Int {
        text.matches(of: try Regex(#"[lL]og\s*\.(warning|error)\("#)).count
    }

    @Test("each says what the process does next and what an operator can do")
    func parts() throws {
        var count = 0
        for file in SourceFile.sources {
            let text = file.lines.joined(separator: "\n")
            count += try Self.callCount(in: text)
            #expect(try Self.faults(in: text) == [], "\(file.path)")
        }
        #expect(count > 40, "the calls are written in another way")
    }

    @Test(
        "a call without a part, or with an empty one, is found",
        arguments: [
            #"log.warning("a")"#, #"log.error("a b", ["x": 1])"#,
            #"log.warning("a", next: "", advice: "look at it")"#,
            #"context.log.error("a", next: "b", advice: "look")"#,
            #"log.warning(message, next: next, advice: advice)"#,
        ])
    func found(call: String) throws {
        #expect(try Self.faults(in: call).count == 1)
    }

    @Test("no line of these levels is written past the two functions")
    func onlyWay() throws {
        let write = try Regex(#"\bwrite\(\s*\.(warning|error)\b"#)
        let places = SourceFile.sources.flatMap { $0.places(of: write) }
        #expect(places.allSatisfy { $0.hasPrefix("Sources/Telemetry/Logging/Log.swift:") }, "\(places)")
    }
}
