// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// Links and requests of the merchant that carry members of callbacks, re-arranged into callbacks.
@Suite("Links and requests with members of callbacks")
struct MemberAttackTests {
    /// What a customer may write into a member of a link or a request: the lines of a callback, and a last
    /// one that takes in the rest of the text. The project in `general` is the request's own.
    private static let stories = MerchantText.stories.map { story in
        story.map { $0.hasPrefix("!") ? String($0.dropFirst()) : $0 }
            .filter { !$0.hasPrefix("general:") } + ["zz:x"]
    }

    private static let texts = MerchantText.links + MerchantText.paymentRequests

    /// All but the project's id, which is the key's in every request.
    private static let members = DocumentedMember.all.filter { $0.path != "general.project_id" }

    /// The cut in the customer's favour: every line of the story begins a line, the last takes in what
    /// follows.
    @Test(
        "a story in a member is not a callback when each of its lines is cut off", arguments: stories.indices)
    func cutStories(story index: Int) throws {
        var accepted = 0
        for signed in Self.texts {
            for member in Self.members {
                let poisoned = signed.with(member.path, member.value.poisoned(with: Self.stories[index]))
                var adversary = try Adversary(poisoned)
                #expect(adversary.honest == nil)
                guard let body = Self.favourableCut(of: adversary)?.body(of: adversary.text) else { continue }
                if let reported = adversary.deceives(with: body) {
                    Issue.record(
                        "\(member.path): \(String(decoding: body, as: UTF8.self)) is read as\n\(reported)")
                    return
                }
                accepted += adversary.accepted
            }
        }
        #expect(accepted > 100, "most of the bodies must sign the same text")
    }

    @Test("no random re-arrangement of a link or a request with members of callbacks is read as a callback")
    func random() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var tally = AdversaryTests.Tally()
        for signed in Self.texts {
            for member in Self.members {
                let text = MerchantText.poisoned(signed.with(member.path, member.value), &random)
                var adversary = try Adversary(text)
                let plans = RandomPlans(text: adversary.text, pieces: adversary.pieces)
                for _ in 0..<40 {
                    tally.sent += 1
                    guard let body = plans.plan(&random).body(of: adversary.text) else { continue }
                    let outcome = adversary.send(body)
                    tally.add(outcome)
                    guard case .reported(let reported) = outcome, reported != adversary.honest else {
                        continue
                    }
                    Issue.record(
                        "seed \(seed): \(String(decoding: body, as: UTF8.self)) is read as\n\(reported)")
                    return
                }
            }
        }
        #expect(tally.heldBy[.link, default: 0] > 0, "seed \(seed): no forged link but for the link rule")
        #expect(
            tally.heldBy[.request, default: 0] > 0, "seed \(seed): no forged request but for the request rule"
        )
    }

    /// A request that no customer's text can follow is not looked at twice: what follows its project decides.
    @Test("a request that names a series of debits is not a callback, whatever its id says")
    func series() throws {
        for story in Self.stories {
            let text = "5;" + story.joined(separator: ";")
            for request in [
                ["general": ["project_id": 1234, "payment_id": "p1"], "recurring": ["id": .text(text)]],
                ["general": ["project_id": 1234], "recurring": ["id": .text(text)]],
            ] as [JSONDraft] {
                var adversary = try Adversary(request)
                guard let body = Self.favourableCut(of: adversary)?.body(of: adversary.text) else { continue }
                #expect(adversary.deceives(with: body) == nil)
            }
        }
    }

    /// Nil where the text has no story in it that may follow the member.
    private static func favourableCut(of adversary: Adversary) -> BodyPlan? {
        let text = adversary.text
        let isPoisoned = { (line: BodyPlan.Line) in text[line.colon..<line.end].contains(UInt8(ascii: ";")) }
        guard let index = adversary.lines.firstIndex(where: isPoisoned) else { return nil }
        var lines = Array(adversary.lines[...index])
        let pieces = adversary.pieces.filter { $0 > lines[index].start && $0 <= lines[index].end }
        for piece in pieces {
            let end = text[piece...].firstIndex(of: UInt8(ascii: ";")) ?? text.count
            guard let colon = pathEnd(text[piece..<end]) else { continue }
            let isBehind =
                NaturalOrder.order(
                    text.span.extracting(lines[lines.count - 1].start..<lines[lines.count - 1].colon),
                    text.span.extracting(piece..<colon)) < 0
            lines[lines.count - 1].end = piece - 1
            if isBehind {
                lines.append(BodyPlan.Line(start: piece, colon: colon, end: end))
            } else {
                lines[lines.count - 1].end = end
            }
        }
        guard lines.count > index + 2 else { return nil }
        lines[lines.count - 1].end = text.count
        return BodyPlan(lines: lines)
    }

    /// The `:` that ends the path of a story's line: the one before a date or an address, else the last.
    private static func pathEnd(_ line: ArraySlice<UInt8>) -> Int? {
        for name in ["date:", "url:", "created_at:"] {
            if let range = line.firstRange(of: Array(name.utf8)) { return range.upperBound - 1 }
        }
        return line.lastIndex(of: UInt8(ascii: ":"))
    }
}

extension JSONDraft {
    /// The same value with the story behind its first text, or behind a number that becomes a text.
    fileprivate func poisoned(with story: [String]) -> JSONDraft {
        let tail = ";" + story.joined(separator: ";")
        switch self {
        case .text(let text): return .text(text + tail)
        case .number(let spelling): return .text(spelling + tail)
        case .flag, .null: return .text("x" + tail)
        case .list(let elements):
            guard let first = elements.first else { return .text("x" + tail) }
            return .list([first.poisoned(with: story)] + elements.dropFirst())
        case .object(let members):
            guard let last = members.last else { return .text("x" + tail) }
            return .object(
                members.dropLast() + [Member(last.key, last.value.poisoned(with: story))])
        }
    }
}
