// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Words that must not come back, in identifiers, comments, documents and messages. The field has a term for
/// each.
@Suite("Vocabulary")
struct VocabularyTests {
    /// A word, and the terms to choose from.
    private static let words: [String: String] = [
        "tell": "publish, report, print, contain", "tells": "publishes, reports, contains",
        "told": "published, reported", "telling": "publishing, reporting", "teller": "builder",
        "judge": "check, verify, decide, process", "judges": "checks", "judged": "checked, decided",
        "judging": "checking", "judgement": "decision, output", "judgements": "decisions",
        "court": "replayer", "trail": "audit record", "insist": "retry", "slowness": "threshold",
        "anew": "again", "whoever": "the process that, the next owner", "misplaced": "wrong-partition",
    ]
    private static let phrases: [String: String] = [
        "for ever": "permanently", "of its own": "separate", "by itself": "automatically",
        "lies in": "is in", "lie in": "are in", "is no JSON": "is not a JSON",
        "has had its time": "has expired",
        "stands": "is, is stored, means", "stood": "was", "at once": "immediately, together",
        "that is none": "malformed, not a", "is none of": "is not one of",
        "somebody": "a person, another process, an attacker", "in the end": "finally",
    ]

    @Test("no word has come back", arguments: SourceFile.all)
    func wordsInText(file: SourceFile) {
        guard !file.path.hasPrefix("Tests/TidyTests/") else { return }
        for (index, line) in file.lines.enumerated() {
            for word in Self.parts(of: line) {
                if let better = Self.words[word] {
                    Issue.record("\(file.path):\(index + 1): \(word): write \(better)")
                }
            }
            let lower = line.lowercased()
            for (phrase, better) in Self.phrases where Self.contains(phrase, in: lower) {
                Issue.record("\(file.path):\(index + 1): \(phrase): write \(better)")
            }
        }
    }

    @Test("words inside an identifier are found")
    func camelCase() {
        #expect(
            Self.parts(of: "let toldStatus = HTTPJudge.judgeAll(x1)") == [
                "let", "told", "status", "http", "judge", "judge", "all", "x",
            ])
    }

    /// Whether a line has a phrase as whole words.
    private static func contains(_ phrase: String, in line: String) -> Bool {
        line.ranges(of: phrase).contains { range in
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            return !after.isLetter && !before.isLetter
        }
    }

    /// The words of a line in lower case; an identifier in camel case is several.
    private static func parts(of line: String) -> [String] {
        var parts: [String] = []
        var word = ""
        var before: Character = " "
        let characters = Array(line)
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let startsWord =
                character.isUppercase && (before.isLowercase || (before.isUppercase && next.isLowercase))
            if !character.isLetter || startsWord {
                if !word.isEmpty { parts.append(word.lowercased()) }
                word = ""
            }
            if character.isLetter { word.append(character) }
            before = character
        }
        if !word.isEmpty { parts.append(word.lowercased()) }
        return parts
    }
}
