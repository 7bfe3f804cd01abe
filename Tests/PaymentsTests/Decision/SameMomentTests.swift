import Payments
import Testing

/// Dates have a resolution of one second, and that of a re-sent copy may have moved by one: what happens when a final
/// and an intermediate lie that close together.
@Suite("Callbacks of one moment")
struct SameMomentTests {
    private let start: Int64 = 1_700_000_000
    private let success = CallbackDraft(date: 1_700_000_000)
    private let processing = CallbackDraft(
        paymentStatus: "processing", status: "processing", date: 1_700_000_000)

    @Test("a processing that was sent again with a moved date does not bury the success of its own second")
    func movedIntermediate() throws {
        var log = PaymentLog()
        try log.send(processing)
        #expect(try log.send(processing.with { $0.date += 1 }) == .repeat)
        #expect(try log.send(success) == .advance)
        #expect(log.told.last?.paymentStatus == "success")
        // The copy alone, since the original was never accepted.
        for moved: Int64 in [1, 2] {
            var other = PaymentLog()
            #expect(try other.send(processing.with { $0.date += moved }) == .advance)
            #expect(try other.send(success) == .advance)
            #expect(other.told.map(\.asOf) == [start + moved, start + moved])
            #expect(other.told.last?.paymentStatus == "success")
            #expect(try other.send(success) == .repeat)
            #expect(try other.send(processing) == .repeat)
        }
        var late = PaymentLog()
        try late.send(processing.with { $0.date += 3 })
        #expect(try late.send(success) == .late)
    }

    @Test("within two seconds an intermediate takes no final back, but for one that may follow it")
    func intermediateBehindFinal() throws {
        for moved: Int64 in [1, 2] {
            var log = PaymentLog()
            try log.send(success)
            #expect(try log.send(processing.with { $0.date += moved }) == .late)
            #expect(log.writes == 1)
        }
        var log = PaymentLog()
        try log.send(success)
        #expect(try log.send(processing.with { $0.date += 3 }) == .correction)
        let decline = success.with { $0.status = "decline" }
        let awaiting = processing.with {
            $0.status = "awaiting customer"; $0.date += 1
        }
        var tryAgain = PaymentLog()
        try tryAgain.send(decline)
        #expect(try tryAgain.send(awaiting) == .correction)
        var overtaken = PaymentLog()
        try overtaken.send(awaiting)
        #expect(try overtaken.send(decline) == .late)
    }

    @Test("in any order of the copies of a processing and its success, success is told once and last")
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
            #expect(log.told.filter { $0.draft.status == "success" }.count == 1, "seed \(seed)")
            #expect(log.told.last?.paymentStatus == "success", "seed \(seed)")
            let asOf = log.told.map { $0.asOf ?? .min }
            #expect(asOf == asOf.sorted(), "as_of goes back, seed \(seed)")
        }
    }
}
