// SPDX-License-Identifier: Apache-2.0
import Audit
import Payments
import TestSupport
import Testing

/// Mistakes planted in what a release, a dismissal or a redrive wrote, and what a proof says of each.
@Suite("A proof of released, dismissed and redriven callbacks")
struct ResolutionProofTests {
    private static let start = ModelTime.start

    /// Three callbacks that are held for review, two dead letters, and an ordinary callback behind them.
    private static func model() throws -> ModelPartition {
        var model = ModelPartition()
        for number in 0..<3 { try model.send(held(number), at: start + Int64(number)) }
        for number in 3..<5 { try model.send("{] \(number)", at: start + Int64(number)) }
        try model.send(CallbackFixture().with { $0.payment = "ordinary" }.text, at: start + 5)
        return model
    }

    /// A signed Payment Page link has such a member, and no callback.
    private static func held(_ number: Int) -> String {
        CallbackFixture().with {
            $0.payment = "held_\(number)"
            $0.extra = #","payment_amount":10000"#
        }.text
    }

    /// One mistake, and what a proof has to say.
    struct Planted: Sendable, CustomTestStringConvertible {
        var name: String
        var kinds: [Fault.Kind]
        var callback: Int64
        var plant: @Sendable (inout ModelPartition) throws -> Void
        var testDescription: String { name }
    }

    static let mistakes = [
        Planted(name: "a release without the callback", kinds: [.repeatMissing(.released)], callback: 0) {
            $0.resolve(0, .released)
        },
        Planted(name: "a redrive without the callback", kinds: [.repeatMissing(.redriven)], callback: 3) {
            $0.resolve(3, .redriven)
        },
        Planted(
            name: "a released callback without a resolution", kinds: [.resolutionMissing(.released)],
            callback: 6
        ) { try $0.repeatHeld(0) },
        Planted(
            name: "a redriven callback without a resolution", kinds: [.resolutionMissing(.redriven)],
            callback: 6
        ) { try $0.repeatBroken(3) },
        Planted(name: "an item dismissed twice", kinds: [.resolvedTwice], callback: 0) {
            $0.resolve(0, .dismissed)
            $0.resolve(0, .dismissed)
        },
        Planted(name: "an item released twice", kinds: [.resolvedTwice], callback: 0) {
            for _ in 0..<2 {
                try $0.repeatHeld(0)
                $0.resolve(0, .released)
            }
        },
        Planted(name: "a dead letter redriven twice", kinds: [.resolvedTwice], callback: 3) {
            for _ in 0..<2 {
                try $0.repeatBroken(3)
                $0.resolve(3, .redriven)
            }
        },
        Planted(name: "a released item that was dismissed", kinds: [.resolvedTwice], callback: 0) {
            try $0.repeatHeld(0)
            $0.resolve(0, .released)
            $0.resolve(0, .dismissed)
        },
        Planted(
            name: "a dismissed item whose callback was written again",
            kinds: [.resolutionMissing(.released)], callback: 6
        ) {
            try $0.repeatHeld(0)
            $0.resolve(0, .dismissed)
        },
    ]

    @Test("items that were released, dismissed and redriven are right, wherever the range begins")
    func right() throws {
        var model = try Self.model()
        try model.repeatHeld(0)
        model.resolve(0, .released)
        model.resolve(1, .dismissed)
        try model.repeatBroken(3)
        model.resolve(3, .redriven)
        try model.send(CallbackFixture().with { $0.payment = "last" }.text, at: Self.start + 60)
        #expect(try model.prove().account[.advance] == 3)
        for start in 0...9 { #expect(try model.prove(from: Int64(start)).faults == [], "from \(start)") }
    }

    @Test("a planted mistake is named", arguments: mistakes)
    func planted(mistake: Planted) throws {
        var model = try Self.model()
        #expect(try model.prove().faults == [])
        try mistake.plant(&model)
        let faults = try model.prove().faults
        #expect(faults.map(\.kind) == mistake.kinds)
        #expect(faults.first?.callback == mistake.callback)
        // Beside right ones it is found too.
        try model.repeatHeld(2)
        model.resolve(2, .released)
        try model.repeatBroken(4)
        model.resolve(4, .redriven)
        let found = try model.prove().faults
        #expect(found.map(\.kind) == mistake.kinds)
        for fault in found {
            #expect(fault.description.hasPrefix("\(fault.kind.name) partition 0 callback "))
        }
    }

    @Test("of a log whose beginning is gone, the callbacks that are there are still compared")
    func cut() throws {
        for mistake in Self.mistakes {
            var model = try Self.model()
            try mistake.plant(&model)
            // The callbacks before this offset are gone; so is the knowledge whether they were written again.
            let isRepeatSeen = mistake.callback >= 2 || mistake.kinds == [.resolvedTwice]
            let faults = try model.prove(from: 2).faults
            #expect(faults.map(\.kind) == (isRepeatSeen ? mistake.kinds : []), "\(mistake.name)")
        }
    }

    @Test("a resolution that is older than its topic keeps records is not missing")
    func expired() throws {
        var model = try Self.model()
        try model.repeatHeld(0)
        let before = try model.prove(horizons: [.review: Timestamp(seconds: Self.start + 100)])
        #expect(before.faults.map(\.kind) == [.resolutionMissing(.released)])
        let after = try model.prove(horizons: [.review: Timestamp(seconds: Self.start + 101)])
        #expect(after.faults == [])
    }
}

extension ModelPartition {
    fileprivate static let decidedAt = Timestamp(seconds: ModelTime.start + 100)

    private func name(_ callback: Int64) -> String { "\(Self.topics[.callbacks])/0/\(callback)" }

    private var decidedText: String {
        var text: [UInt8] = []
        Self.decidedAt.append(to: &text, .milliseconds)
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes a held callback again, as a release does.
    fileprivate mutating func repeatHeld(_ offset: Int64) throws {
        try writeAgain(
            offset,
            [
                (RecordHeader.releasedBy, "anna"), (RecordHeader.releasedAt, decidedText),
                (RecordHeader.releaseReason, "a test"), (RecordHeader.releasedFrom, name(offset)),
                (RecordHeader.releaseAccepts, "ambiguous link payment_amount"),
            ])
    }

    /// Writes the callback of a dead letter again, as a redrive does.
    fileprivate mutating func repeatBroken(_ offset: Int64) throws {
        try writeAgain(
            offset,
            [
                (RecordHeader.redrivenBy, "anna"), (RecordHeader.redrivenAt, decidedText),
                (RecordHeader.redrivenFrom, name(offset)), (RecordHeader.redrivenAttempt, "1"),
            ])
    }

    private mutating func writeAgain(_ offset: Int64, _ headers: [(name: StaticString, value: String)]) throws
    {
        let first = callbacks[Int(offset)]
        let body = String(decoding: first.valueBytes ?? [], as: UTF8.self)
        try send(body, at: first.time.seconds, adding: headers)
    }

    /// Writes the record that resolves the item of a callback.
    fileprivate mutating func resolve(_ callback: Int64, _ kind: Resolution.Kind) {
        let topic: Topic = kind == .redriven ? .deadLetter : .review
        var record = LoggedRecord(
            at: nextOffset(of: topic), Self.decidedAt,
            key: callbacks[Int(callback)].keyBytes.map { Array($0) }, value: nil)
        record.add(RecordHeader.resolution, Array(kind.rawValue.utf8))
        record.add(RecordHeader.resolves, Array(name(callback).utf8))
        record.add(RecordHeader.resolvedBy, Array("anna".utf8))
        record.add(RecordHeader.resolvedAt, Array(decidedText.utf8))
        outputs[topic]?.append(record)
    }
}
