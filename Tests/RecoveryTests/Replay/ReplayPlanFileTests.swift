// SPDX-License-Identifier: Apache-2.0
import Payments
import Recovery
import Testing

@Suite("A replay's plan as a file")
struct ReplayPlanFileTests {
    private static let plan = ReplayPlan(
        cluster: "cluster", topics: (0..<5).map { "topic-\($0)" }, group: "tidings",
        createdAt: Timestamp(milliseconds: 1_790_000_000_123),
        partitions: [.init(partition: 0, progress: 40, start: 0, end: 40)],
        items: [
            .init(
                partition: 0, callback: 7, decision: .advance, key: Array("1234:a\"b".utf8),
                digest: Array(0..<32)),
            .init(partition: 1, callback: 3, decision: .deadLetter, key: nil, digest: Array(32..<64)),
        ])

    @Test("what was written is read again, with the same id")
    func read() throws {
        let read = try ReplayPlanFile.plan(in: ReplayPlanFile.bytes(of: Self.plan))
        #expect(read.items == Self.plan.items && read.id == Self.plan.id)
        #expect(read.cluster == "cluster" && read.group == "tidings" && read.topics == Self.plan.topics)
        #expect(read.createdAt == Self.plan.createdAt)
    }

    @Test("a file that was cut, extended or edited is refused")
    func edited() {
        let text = String(decoding: ReplayPlanFile.bytes(of: Self.plan), as: UTF8.self)
        let lines = text.split(separator: "\n").map(String.init)
        let edits: [[String]] = [
            [], Array(lines.dropLast()), Array(lines.dropFirst()), lines + [lines[1]],
            [lines[0], lines[2], lines[3]], [lines[0], lines[1], lines[1], lines[3]],
            lines.map { $0.replacing("\"callback_offset\":7", with: "\"callback_offset\":8") },
            lines.map { $0.replacing("\"cluster_id\":\"cluster\"", with: "\"cluster_id\":\"other\"") },
            ["not a plan"],
        ]
        for edit in edits {
            #expect(throws: ReplayError.self) {
                try ReplayPlanFile.plan(in: Array(edit.joined(separator: "\n").utf8))
            }
        }
    }
}
