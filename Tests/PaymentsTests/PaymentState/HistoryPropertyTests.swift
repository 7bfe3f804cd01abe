// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// What must hold of any payment, in whatever order and however often its callbacks come.
@Suite("Histories of payments")
struct HistoryPropertyTests {
    private static let start: Int64 = 1_700_000_000

    @Test("in any order, with redeliveries, the last event has the payment's latest status and amount")
    func anyOrder() throws {
        for seed in UInt64(1)...3000 {
            var random = SeededGenerator(seed: seed)
            let history = History.random(start: Self.start, using: &random)
            var arrivals = history.callbacks
            for callback in history.callbacks where Bool.random(using: &random) {
                let moved = Int64.random(in: 0...1, using: &random)
                // A final may come again under the id of another request: it is not a second final.
                let isAnother = callback.isFinal && Bool.random(using: &random)
                arrivals.append(
                    callback.with {
                        $0.date += moved
                        if isAnother { $0.request += "-again" }
                    })
            }
            arrivals.shuffle(using: &random)
            try check(arrivals, of: history, seed: seed)
        }
    }

    @Test("in their own order every callback of a history is published")
    func ownOrder() throws {
        for seed in UInt64(1)...500 {
            var random = SeededGenerator(seed: seed)
            let history = History.random(start: Self.start, using: &random)
            var log = PaymentLog()
            for callback in history.callbacks { try log.send(callback) }
            #expect(log.reported.count == history.callbacks.count, "seed \(seed)")
            try check(history.callbacks, of: history, seed: seed)
        }
    }

    @Test("a sweep passes over a state without decoding it only where no operation has expired")
    func unexpired() throws {
        let settings = DeduplicationSettings.standard
        var passed = 0
        for seed in UInt64(1)...1000 {
            var random = SeededGenerator(seed: seed)
            var log = PaymentLog()
            for callback in History.random(start: Self.start, using: &random).callbacks {
                try log.send(callback)
                var state = try log.read()
                let time = Timestamp(seconds: Self.start + Int64.random(in: 0...500, using: &random) * day)
                let operations = state.operations.map(\.id)
                let bytes = try #require(log.bytes)
                let isPassed = PaymentState.isUnexpired(bytes.span.bytes, at: time, settings: settings)
                let expiry = state.expire(at: time, settings: settings)
                if isPassed {
                    passed += 1
                    #expect(expiry != .removed && state.operations.map(\.id) == operations, "seed \(seed)")
                } else if operations.count == 1 {
                    #expect(expiry != .unchanged, "seed \(seed)")
                }
            }
        }
        #expect(passed > 100)
    }

    private func check(_ arrivals: [CallbackDraft], of history: History, seed: UInt64) throws {
        var log = PaymentLog()
        for callback in arrivals { try log.send(callback, at: Self.start + 10 * day) }
        #expect(log.reported.map(\.revision) == Array(1...Int64(log.reported.count)), "seed \(seed)")
        expectNothingTwice(log.reported, seed: seed)
        let asOf = log.reported.map { $0.asOf ?? .min }
        #expect(asOf == asOf.sorted(), "as_of goes back, seed \(seed)")
        #expect(log.reported.last?.paymentStatus == history.finalStatus, "seed \(seed)")
        #expect(log.reported.last?.paymentAmount == history.finalAmount, "seed \(seed)")
    }

    @Test("redelivered at any age, nothing is published twice, and a sweep changes no byte")
    func anyAge() throws {
        for seed in UInt64(1)...1000 {
            var random = SeededGenerator(seed: seed)
            let history = History.random(start: Self.start, using: &random)
            var arrivals = history.callbacks.map { (draft: $0, time: $0.date + 2) }
            for callback in history.callbacks {
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let age =
                        Int64.random(in: 0...500, using: &random) * day
                        + Int64.random(in: 0...day, using: &random)
                    let moved = Int64.random(in: 0...1, using: &random)
                    arrivals.append((callback.with { $0.date += moved }, callback.date + 2 + age))
                }
            }
            arrivals.sort { $0.time < $1.time }
            var log = PaymentLog()
            var swept = PaymentLog()
            for (draft, time) in arrivals {
                if Bool.random(using: &random) {
                    try swept.sweep(at: time - Int64.random(in: 0...day, using: &random))
                }
                let decision = try log.send(draft, at: time)
                #expect(try swept.send(draft, at: time) == decision, "seed \(seed)")
            }
            expectNothingTwice(log.reported, seed: seed)
            for age in [0, 36, 401] as [Int64] {
                let time = (arrivals.last?.time ?? 0) + age * day
                try log.sweep(at: time)
                try swept.sweep(at: time)
                #expect(log.bytes == swept.bytes, "seed \(seed), \(age) days later")
            }
            #expect(log.bytes == nil)
        }
    }

    /// Of one operation, the same content is published again only after something else of it, and a final
    /// status with the same money whatever else differs; or with a newer date that makes its operation the
    /// payment's latest.
    private func expectNothingTwice(_ reported: [PaymentLog.Reported], seed: UInt64) {
        var fingerprinter = Fingerprinter()
        var latest: [Int64: (fingerprint: Fingerprint, draft: CallbackDraft)] = [:]
        for event in reported {
            let fingerprint = fingerprinter.fingerprint(of: event.draft.callback)
            let last = latest[event.draft.operation]
            let isSameFinal = event.draft.isFinal && last?.draft.hasStatusAndMoney(of: event.draft) == true
            let isNewer = event.draft.date > (last?.draft.date ?? .min) + 2 && event.asOf == event.draft.date
            #expect(last?.fingerprint != fingerprint || isNewer, "published twice, seed \(seed)")
            #expect(!isSameFinal || isNewer, "a final published twice, seed \(seed)")
            latest[event.draft.operation] = (fingerprint, event.draft)
        }
    }

    @Test("a redelivery after 11, 29, 31, 36, 200 and 500 days is never a second event")
    func ages() throws {
        var log = PaymentLog()
        let sale = CallbackDraft(date: Self.start)
        try log.send(sale)
        let decisions = try [11, 29, 31, 34, 36, 200, 500].map {
            try log.send(sale, at: Self.start + $0 * day)
        }
        #expect(decisions == [.duplicate, .duplicate, .duplicate, .duplicate, .stale, .stale, .stale])
        #expect(log.reported.count == 1)
    }

    @Test("a copy that keeps its old record time is not published again after its operation was forgotten")
    func oldRecordTime() throws {
        var log = PaymentLog()
        let sale = CallbackDraft(date: Self.start)
        try log.send(sale)
        try log.sweep(at: Self.start + 100 * day)
        #expect(try log.send(sale) == .stale)
        #expect(try log.send(sale.with { $0.date += 2 }) == .stale)
    }

    @Test("a refund 200 days later continues the revisions, after 401 days they start again")
    func lateRefund() throws {
        var log = PaymentLog()
        try log.send(CallbackDraft(date: Self.start))
        var refund = CallbackDraft(paymentStatus: "refunded", operation: 2, type: "refund", request: "r2")
        refund.paymentSum = (0, "USD")
        refund.date = Self.start + 200 * day
        #expect(try log.send(refund) == .advance)
        #expect(log.reported.map(\.revision) == [1, 2])
        refund.operation = 3
        refund.date = Self.start + 602 * day
        #expect(try log.send(refund) == .advance)
        #expect(log.reported.map(\.revision) == [1, 2, 1])
    }

    @Test("the state of a payment with ten thousand operations stays small, and none is published twice")
    func tenThousandOperations() throws {
        var log = PaymentLog()
        var sizes: [Int] = []
        var calls: [CallbackDraft] = []
        for number in Int64(1)...10_000 {
            var draft = CallbackDraft(operation: number, type: "refund", request: "request-\(number)")
            draft.date = Self.start + number * 3
            draft.initial = (number, "USD")
            #expect(try log.send(draft) == .advance)
            sizes.append(log.bytes?.count ?? 0)
            calls.append(draft)
        }
        let most = try #require(sizes.max())
        #expect(most < 5000)
        #expect(sizes[9_999] <= sizes[100] + 64 * 3)
        for draft in calls {
            let decision = try log.send(draft, at: Self.start + 40_000)
            #expect(decision == .duplicate || decision == .stale)
        }
        #expect(log.reported.count == 10_000)
        #expect(try log.read().operations.count == 64)
    }
}

extension CallbackDraft {
    fileprivate var isFinal: Bool { status == "success" || status == "decline" }

    /// Status and money, as a reader sees them.
    fileprivate func hasStatusAndMoney(of other: CallbackDraft) -> Bool {
        status == other.status && paymentStatus == other.paymentStatus
            && paymentSum?.amount == other.paymentSum?.amount && initial?.amount == other.initial?.amount
    }
}
