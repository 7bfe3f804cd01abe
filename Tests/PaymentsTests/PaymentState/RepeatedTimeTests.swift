// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// A callback that is written again keeps its time, which may be long before what was decided meanwhile.
@Suite("Time of a repeated callback")
struct RepeatedTimeTests {
    private let start: Int64 = 1_700_000_000
    private let success = CallbackDraft(date: 1_700_000_000)

    @Test("what a sweep may have removed by the time of the release counts as removed, swept or not")
    func sweep() throws {
        let decline = success.with { $0.status = "decline" }
        var decisions: [[Decision]] = []
        for isSwept in [false, true] {
            var log = PaymentLog()
            try log.send(success)
            #expect(try log.send(decline) == .conflict)
            let later = start + 50 * day
            if isSwept { try log.sweep(at: later) }
            decisions.append([
                try log.send(decline, accepting: [ReviewFinding(.conflict)], releasedAt: later),
                try log.send(
                    decline, accepting: [ReviewFinding(.conflict), ReviewFinding(.stale)], releasedAt: later),
            ])
        }
        #expect(decisions[0] == decisions[1])
        #expect(decisions[0] == [.stale, .advance])
    }

    @Test("a released callback is not too old because of what its payment reported since")
    func age() throws {
        var log = PaymentLog()
        let early = success.with { $0.operation = 1 }
        try log.send(
            success.with {
                $0.operation = 2; $0.date += 60 * day
            })
        #expect(try log.send(early, at: start + 2) == .stale)
        let released = try log.send(
            early, at: start + 2, accepting: [ReviewFinding(.future)], releasedAt: start + 61 * day)
        #expect(released == .advance)
    }
}
