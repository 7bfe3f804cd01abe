// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// Dates have a resolution of one second, that of a redelivery may have moved by one, and the clocks of the
/// platform's systems differ by more: what happens when a final and an intermediate are that close together.
@Suite("Callbacks of one moment")
struct SameMomentTests {
    private let start: Int64 = 1_700_000_000
    private let success = CallbackDraft(date: 1_700_000_000)
    private let processing = CallbackDraft(
        paymentStatus: "processing", status: "processing", date: 1_700_000_000)

    @Test("a redelivered processing with a moved date does not hide the separate success second")
    func movedIntermediate() throws {
        var log = PaymentLog()
        try log.send(processing)
        #expect(try log.send(processing.with { $0.date += 1 }) == .duplicate)
        #expect(try log.send(success) == .advance)
        #expect(log.reported.last?.paymentStatus == "success")
        // The redelivery alone, because the original was never accepted.
        for moved: Int64 in [1, 2] {
            var other = PaymentLog()
            #expect(try other.send(processing.with { $0.date += moved }) == .advance)
            #expect(try other.send(success) == .advance)
            #expect(other.reported.map(\.asOf) == [start + moved, start + moved])
            #expect(other.reported.last?.paymentStatus == "success")
            #expect(try other.send(success) == .duplicate)
            #expect(try other.send(processing) == .duplicate)
        }
    }

    @Test("a closing status is the latest whatever the clock of an intermediate says, up to an hour")
    func closingStatus() throws {
        for ahead: Int64 in [1, 3, 60, 3600] {
            var intermediateFirst = PaymentLog()
            try intermediateFirst.send(processing.with { $0.date += ahead })
            #expect(try intermediateFirst.send(success) == .advance)
            #expect(intermediateFirst.keptByReader == "success")
            var finalFirst = PaymentLog()
            try finalFirst.send(success)
            #expect(try finalFirst.send(processing.with { $0.date += ahead }) == .late)
            #expect(finalFirst.keptByReader == "success")
        }
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(processing.with { $0.date += 3601 }) == .conflict)
    }

    @Test("after a decline a newer intermediate is a correction; a decline that it overtook is superseded")
    func openFinal() throws {
        let decline = success.with { $0.status = "decline" }
        let awaiting = processing.with {
            $0.status = "awaiting customer"; $0.date += 1
        }
        var tryAgain = PaymentLog()
        try tryAgain.send(decline)
        #expect(try tryAgain.send(awaiting) == .correction)
        var overtaken = PaymentLog()
        try overtaken.send(awaiting)
        #expect(try overtaken.send(decline) == .advance)
        #expect(overtaken.reported.map(\.isSuperseded) == [false, true])
        #expect(overtaken.reported.map(\.asOf) == [start + 1, start + 1])
        #expect(overtaken.keptByReader == "processing")
    }

    @Test("as_of does not go back where the payment's latest status becomes an older one")
    func asOf() throws {
        var log = PaymentLog()
        try log.send(processing.with { $0.date += 50 })
        try log.send(
            processing.with {
                $0.operation = 2; $0.paymentStatus = "awaiting capture"; $0.date += 30
            })
        #expect(try log.send(success) == .advance)
        #expect(log.reported.map(\.asOf) == [start + 50, start + 50, start + 50])
        #expect(log.reported.map(\.paymentStatus) == ["processing", "processing", "awaiting capture"])
        #expect(log.keptByReader == "awaiting capture")
    }

    @Test(
        "in any order of the redeliveries of a processing and its success, success is published once and last"
    )
    func anyOrder() throws {
        for seed in UInt64(1)...2000 {
            var random = SeededGenerator(seed: seed)
            var arrivals = [processing, success]
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let moved = Int64.random(in: 0...1, using: &random)
                let copied = Bool.random(using: &random) ? processing : success
                arrivals.append(copied.with { $0.date += moved })
            }
            arrivals.shuffle(using: &random)
            var log = PaymentLog()
            for draft in arrivals { try log.send(draft, at: start + 60) }
            #expect(log.reported.filter { $0.draft.status == "success" }.count == 1, "seed \(seed)")
            #expect(log.reported.last?.paymentStatus == "success", "seed \(seed)")
            let asOf = log.reported.map { $0.asOf ?? .min }
            #expect(asOf == asOf.sorted(), "as_of goes back, seed \(seed)")
        }
    }
}
