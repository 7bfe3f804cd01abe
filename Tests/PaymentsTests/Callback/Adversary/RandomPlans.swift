// SPDX-License-Identifier: Apache-2.0
import Payments

/// Random bodies of one signed text: any choice of lines whose paths are in order, and any of the
/// spellings.
struct RandomPlans {
    let text: [UInt8]
    /// Where a line might begin.
    let pieces: [Int]

    func plan(_ random: inout SeededGenerator) -> BodyPlan {
        var plan = BodyPlan(lines: lines(&random))
        if Int.random(in: 0..<4, using: &random) == 0 { spell(&plan, &random) }
        plan.usesArrays = Bool.random(using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                plan.ornaments.append(
                    Rearrangements.ornaments.randomElement(using: &random) ?? "\"x\":[]")
            }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let wrapper = Int.random(in: 1..<plan.wrappers.count, using: &random)
            let share = Int.random(in: 1...3, using: &random)
            for index in plan.lines.indices where Int.random(in: 0..<3, using: &random) < share {
                plan.lines[index].wrapper = wrapper
            }
        }
        return plan
    }

    /// Walks through the pieces: each begins a line, if its path may follow the last one's, or goes on with
    /// the line before.
    private func lines(_ random: inout SeededGenerator) -> [BodyPlan.Line] {
        var lines: [BodyPlan.Line] = []
        let eagerness = Int.random(in: 0...8, using: &random)
        // How seldom a line that we read is taken into the one before: that is found out immediately, so
        // mostly never.
        let patience = [3, 20, 1000, 1000].randomElement(using: &random) ?? 20
        for (index, start) in pieces.enumerated() {
            let end = index + 1 < pieces.count ? pieces[index + 1] - 1 : text.count
            let begins =
                lines.isEmpty || Int.random(in: 0..<8, using: &random) < eagerness
                || beginsReadPath(start, end)
            if begins, index == 0 || Int.random(in: 0...patience, using: &random) > 0,
                let colon = colon(from: start, to: end, behind: lines.last, &random)
            {
                lines.append(BodyPlan.Line(start: start, colon: colon, end: end))
                if Int.random(in: 0..<8, using: &random) == 0 {
                    lines[lines.count - 1].joined = UInt64.random(in: 0...7, using: &random)
                }
            } else if !lines.isEmpty {
                lines[lines.count - 1].end = end
            }
        }
        return lines
    }

    private static let readContainers: [[UInt8]] = [
        "operation:", "payment:", "transaction:", "operations:", "token", "request:", "errors:",
        "project_id:",
        "general:project_id:", "redirect", "recurring:", "acs:", "customer:id:",
    ].map { Array($0.utf8) }

    private func beginsReadPath(_ start: Int, _ end: Int) -> Bool {
        Self.readContainers.contains { text[start..<end].starts(with: $0) }
    }

    /// An end for the path with which the line may follow the last one.
    private func colon(
        from start: Int, to end: Int, behind last: BodyPlan.Line?, _ random: inout SeededGenerator
    ) -> Int? {
        var possible: [Int] = []
        for colon in start..<end where text[colon] == UInt8(ascii: ":") && possible.count < 6 {
            let isBehind =
                last.map { last in
                    NaturalOrder.order(
                        text.span.extracting(last.start..<last.colon), text.span.extracting(start..<colon))
                        < 0
                } ?? true
            if isBehind { possible.append(colon) }
        }
        if possible.isEmpty { return nil }
        // Mostly the deepest plain path, as an honest body would have it.
        return Int.random(in: 0..<3, using: &random) > 0
            ? possible.last { colon in text[start..<colon].allSatisfy { $0 > 0x2C && $0 < 0x7B } }
                ?? possible[0]
            : possible.randomElement(using: &random)
    }

    private func spell(_ plan: inout BodyPlan, _ random: inout SeededGenerator) {
        for index in plan.lines.indices where Bool.random(using: &random) {
            plan.lines[index].spelling = BodyPlan.Spelling.allCases.randomElement(using: &random) ?? .text
        }
    }
}
