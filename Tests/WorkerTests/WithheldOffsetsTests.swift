// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing
import Worker

@Suite("Withheld offsets")
struct WithheldOffsetsTests {
    private static let place = WithheldOffsets.Place(.status, 3)

    @Test("are found when the last stable offset has not moved for longer than the limit")
    func found() {
        var offsets = WithheldOffsets(limit: .seconds(960))
        let ends = { (end: Int64) in [Self.place: WithheldOffsets.Ends(stable: 7, end: end)] }
        #expect(offsets.note(ends(9), at: .seconds(100)).isEmpty)
        // The end moves on: others write behind the open transaction.
        #expect(offsets.note(ends(20), at: .seconds(1060)).isEmpty)
        let findings = offsets.note(ends(30), at: .seconds(1061))
        #expect(findings.map(\.place) == [Self.place])
        #expect(findings.map(\.count) == [23])
        #expect(findings.map(\.duration) == [.seconds(961)])
    }

    @Test("are absent while the last stable offset moves, or when it is the end")
    func moving() {
        var offsets = WithheldOffsets(limit: .seconds(960))
        for second: Int64 in 0..<3000 {
            let ends = WithheldOffsets.Ends(stable: second / 500, end: 1_000_000)
            #expect(offsets.note([Self.place: ends], at: .seconds(second)).isEmpty)
        }
        let end = WithheldOffsets.Ends(stable: 9, end: 9)
        for second: Int64 in 3000..<6000 {
            #expect(offsets.note([Self.place: end], at: .seconds(second)).isEmpty)
        }
    }

    @Test("begin again for a partition that was another's for a while")
    func moved() {
        var offsets = WithheldOffsets(limit: .seconds(60))
        let ends = [Self.place: WithheldOffsets.Ends(stable: 7, end: 9)]
        #expect(offsets.note(ends, at: .zero).isEmpty)
        #expect(offsets.note([:], at: .seconds(50)).isEmpty)
        #expect(offsets.note(ends, at: .seconds(70)).isEmpty)
        #expect(offsets.note(ends, at: .seconds(131)).count == 1)
    }
}
