// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// What a released callback becomes, row by row of the decision table.
@Suite("Released callbacks in the decision table")
struct ReleaseRowTests {
    private let start: Int64 = 1_700_000_000
    private let success = CallbackDraft(date: 1_700_000_000)
    private let processing = CallbackDraft(
        paymentStatus: "processing", status: "processing", date: 1_700_000_000)
    private let conflict = [ReviewFinding(.conflict)]
    private let stale = [ReviewFinding(.stale)]

    @Test("a released future callback is decided by the other rows")
    func future() throws {
        var log = PaymentLog()
        #expect(try log.send(success, at: start - 2 * day) == .future)
        #expect(try log.send(success, at: start - 2 * day, accepting: conflict + stale) == .future)
        #expect(
            try log.send(success, at: start - 2 * day, accepting: [ReviewFinding(.future)]) == .advance)
        #expect(try log.send(success, at: start) == .duplicate)
        #expect(log.reported.map(\.revision) == [1])
    }

    @Test("a released stale callback is the first of its operation, and is recognised from then on")
    func staleCallback() throws {
        var log = PaymentLog()
        let time = start + 40 * day
        #expect(try log.send(success, at: time) == .stale)
        #expect(try log.send(success, at: time, accepting: stale) == .advance)
        #expect(try log.send(success, at: time + 5) == .duplicate)
        #expect(log.reported.map(\.asOf) == [start])
    }

    @Test("a released callback of a forgotten operation continues the payment's revisions")
    func forgottenOperation() throws {
        var log = PaymentLog()
        log.settings = try DeduplicationSettings(operationsPerPayment: 2)
        for operation in Int64(1)...3 {
            try log.send(
                success.with {
                    $0.operation = operation; $0.date += operation * 60
                })
        }
        let old = success.with {
            $0.operation = 1; $0.date += 30; $0.status = "decline"
        }
        #expect(try log.send(old, at: start + 200) == .stale)
        #expect(try log.send(old, at: start + 200, accepting: stale) == .advance)
        #expect(log.reported.last?.revision == 4)
        #expect(log.reported.last?.asOf == start + 180)
    }

    @Test("a released callback beyond the limit of fingerprints is decided by the rows behind it")
    func limit() throws {
        var log = PaymentLog()
        log.settings = try DeduplicationSettings(fingerprintsPerOperation: 1)
        for second in [0, 60, 120] as [Int64] {
            try log.send(
                processing.with {
                    $0.date += second; $0.request = "r\(second)"
                })
        }
        let old = processing.with {
            $0.date += 30; $0.request = "other"
        }
        #expect(try log.send(old, at: start + 200) == .stale)
        for accepted in [ReviewFinding(.stale, .limit), ReviewFinding(.stale)] {
            #expect(try log.send(old, at: start + 200, accepting: [accepted]) == .late)
        }
    }

    @Test("a released conflict of two finals of one date is a correction")
    func twoFinals() throws {
        var log = PaymentLog()
        try log.send(success)
        let decline = success.with { $0.status = "decline" }
        #expect(try log.send(decline) == .conflict)
        #expect(try log.send(decline, accepting: stale) == .conflict)
        #expect(try log.send(decline, accepting: conflict) == .correction)
        #expect(try log.send(decline, at: start + 9) == .duplicate)
        #expect(log.reported.map(\.isSuperseded) == [false, false])
    }

    @Test("a released conflict of money replaces the money")
    func otherMoney() throws {
        for draft in [success, processing] {
            var log = PaymentLog()
            try log.send(draft)
            let other = draft.with { $0.paymentSum = (1, "USD") }
            #expect(try log.send(other) == .conflict)
            let expected: Decision = draft.status == "success" ? .correction : .advance
            #expect(try log.send(other, accepting: conflict) == expected)
            #expect(log.reported.last?.paymentAmount == 1)
        }
    }

    @Test("a released return to an earlier final is a correction")
    func returningFinal() throws {
        var log = PaymentLog()
        try log.send(success)
        try log.send(
            success.with {
                $0.status = "decline"; $0.date += 1; $0.request = "r2"
            })
        let again = success.with { $0.date += 2 }
        #expect(try log.send(again) == .conflict)
        #expect(try log.send(again, accepting: conflict) == .correction)
        #expect(log.reported.last?.isSuperseded == false)
    }

    @Test("a released callback long after a closing status opens its operation again")
    func reopening() throws {
        var log = PaymentLog()
        try log.send(success)
        let later = processing.with { $0.date += 3700 }
        #expect(try log.send(later) == .conflict)
        #expect(try log.send(later, accepting: conflict) == .correction)
        #expect(log.reported.last?.isSuperseded == false)
        #expect(log.reported.last?.paymentStatus == "processing")
        let next = processing.with {
            $0.date += 3800; $0.status = "awaiting 3ds result"
        }
        #expect(try log.send(next) == .advance)
        #expect(
            try log.send(
                success.with {
                    $0.date += 3900; $0.request = "r2"
                }) == .advance)
        #expect(log.keptByReader == "success")
    }

    @Test("a callback that has become a duplicate or late in the meantime is not published by its release")
    func overtaken() throws {
        var log = PaymentLog()
        try log.send(success)
        let decline = success.with { $0.status = "decline" }
        #expect(try log.send(decline, accepting: conflict) == .correction)
        #expect(try log.send(decline, accepting: conflict) == .duplicate)
        try log.send(
            success.with {
                $0.date += 60; $0.request = "r3"
            })
        #expect(
            try log.send(
                success.with {
                    $0.date += 30; $0.request = "r4"; $0.status = "error"
                },
                accepting: conflict) == .late)
    }

    @Test("a released undated callback beyond the limit is published and not remembered")
    func undatedLimit() throws {
        var log = PaymentLog()
        log.settings = try DeduplicationSettings(undatedPerPayment: 1)
        let refused = CallbackDraft(shape: .errors, paymentStatus: "error", errors: [("0:code", "2004")])
        let other = refused.with { $0.errors[0].1 = "2005" }
        #expect(try log.send(refused, at: start) == .advance)
        #expect(try log.send(other, at: start) == .stale)
        #expect(try log.send(other, at: start, accepting: stale) == .stale)
        #expect(try log.send(other, at: start, accepting: [ReviewFinding(.stale, .undatedLimit)]) == .advance)
        #expect(try log.send(other, at: start) == .stale)
        #expect(try log.read().undated.count == 1)
        #expect(log.reported.map(\.revision) == [1, 2])
    }

    @Test("nothing of an ordinary callback changes by a release that accepts what it is not held for")
    func unneeded() throws {
        let all = [
            ReviewFinding(.future), ReviewFinding(.conflict), ReviewFinding(.stale),
            ReviewFinding(.stale, .undatedLimit),
        ]
        for draft in [success, processing] {
            var (plain, released) = (PaymentLog(), PaymentLog())
            for second in [0, 0, 60, 30] as [Int64] {
                let message = draft.with {
                    $0.date += second; $0.request = "r\(second)"
                }
                #expect(try plain.send(message) == released.send(message, accepting: all))
            }
            #expect(plain.bytes == released.bytes)
        }
    }
}

@Suite("Findings of a release")
struct ReviewFindingTests {
    @Test(
        "a finding is the text that it is written as",
        arguments: [
            "conflict", "future", "stale", "stale limit", "stale undated-limit", "ambiguous link payment_id",
            "ambiguous hidden-line operations:*:id", "ambiguous tail",
        ])
    func text(text: String) throws {
        let finding = try #require(ReviewFinding(text))
        #expect(finding.text == text)
        #expect(finding.isAcceptable)
    }

    @Test(
        "what no event can be made of cannot be accepted",
        arguments: [
            "unknown-shape incomplete operation:id", "unknown-shape too-large event", "wrong-partition",
            "ambiguous number payment:sum:amount", "ambiguous project project_id", "ambiguous", "duplicate",
            "dead-letter", "conflict limit", "stale link",
        ])
    func refused(text: String) {
        #expect(ReviewFinding(text)?.isAcceptable == false)
    }

    @Test(
        "another text is not a finding",
        arguments: [
            "", " ", "conflict ", "Conflict", "ambiguous links", "ambiguous link a b", "stale  limit",
        ])
    func malformed(text: String) { #expect(ReviewFinding(text) == nil) }

    @Test("a position is the text that it is written as, and no other text is one")
    func position() throws {
        let text = "payments.callbacks.v1/3/1042"
        let position = try #require(CallbackPosition(text))
        #expect(position == CallbackPosition(topic: "payments.callbacks.v1", partition: 3, offset: 1042))
        #expect(position.text == text)
        for text in ["", "a/1", "a/1/2/3", "/1/2", "a/-1/2", "a/1/-2", "a/01/2", "a/+1/2", "a/1/x"] {
            #expect(CallbackPosition(text) == nil, "\(text)")
        }
    }
}
