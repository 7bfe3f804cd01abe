// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// A payment that never ends: what is kept of it, and what becomes of its old callbacks.
@Suite("Limits of a payment's state")
struct PaymentStateLimitTests {
    private static let start: Int64 = 1_700_000_000
    private static let operations: Int64 = 10_000

    private func callback(_ number: Int64) -> CallbackDraft {
        CallbackDraft(
            operation: 5_000_000_000 + number, request: "request-\(number)", date: Self.start + number * 10)
    }

    @Test("10,000 operations of one payment are each reported once, from a state no larger than that of 64")
    func manyOperations() throws {
        var log = PaymentLog()
        var sizes: [Int] = []
        for number in 0..<Self.operations {
            #expect(try log.send(callback(number)) == .advance)
            // A copy comes immediately, as the platform sends them.
            #expect(try log.send(callback(number)) == .duplicate)
            sizes.append(log.bytes?.count ?? 0)
        }
        #expect(log.reported.count == Int(Self.operations))
        #expect(log.reported.last?.revision == Self.operations)
        #expect(try log.read().operations.count == 64)
        // Counts and dates grow by a byte or two; nothing else does.
        let (early, late) = (sizes[100..<1000].max() ?? 0, sizes[1000...].max() ?? 0)
        #expect(late <= early + 8)
        #expect(late < 64 * 100)
    }

    @Test(
        "of 10,000 operations none is published twice, when all callbacks come again and with dates moved by a second"
    )
    func publishesNoneTwice() throws {
        var log = PaymentLog()
        for number in 0..<Self.operations { try log.send(callback(number)) }
        let end = Self.start + Self.operations * 10
        for number in 0..<Self.operations {
            let isRemembered = number >= Self.operations - 64
            #expect(try log.send(callback(number), at: end) == (isRemembered ? .duplicate : .stale))
            let moved = callback(number).with { $0.date += 1 }
            #expect(try log.send(moved, at: end) == (isRemembered ? .duplicate : .stale))
        }
        #expect(log.reported.count == Int(Self.operations))
    }

    @Test("the largest state there can be of ordinary callbacks is a record of a few dozen kilobytes")
    func largest() throws {
        var log = PaymentLog()
        // Each operation swings between statuses, so that every one of its callbacks is news.
        for round in Int64(0)..<20 {
            for operation in Int64(0)..<64 {
                let date = Self.start + round * 1000 + operation * 10
                let status = round % 2 == 0 ? "processing" : "awaiting 3ds result"
                try log.send(
                    CallbackDraft(
                        paymentStatus: status, operation: operation, status: status, code: "\(round)",
                        date: date))
            }
        }
        let state = try log.read()
        #expect(state.operations.count == 64)
        #expect(state.operations.allSatisfy { state.seen(of: $0).count == 16 })
        let count = try #require(log.bytes).count
        #expect(count < 32 << 10)
    }

    @Test("the mark of a forgotten operation covers its late and contradicting callbacks too")
    func markOfUnpublished() throws {
        let success = CallbackDraft(operation: 1, date: Self.start)
        let processing = CallbackDraft(paymentStatus: "processing", operation: 1, status: "processing")
        for (ahead, decision) in [(5, Decision.late), (3700, .conflict)] as [(Int64, Decision)] {
            var log = PaymentLog()
            log.settings = try DeduplicationSettings(operationsPerPayment: 1)
            try log.send(success)
            let held = processing.with { $0.date = Self.start + ahead }
            #expect(try log.send(held, at: Self.start + 4000) == decision)
            try log.send(CallbackDraft(operation: 2, date: Self.start + 3900), at: Self.start + 4000)
            #expect(try log.read().operations.map(\.id) == [2])
            #expect(try log.send(held, at: Self.start + 4000) == .stale)
            #expect(log.reported.count == 2)
        }
    }

    @Test("a forgotten operation that is the payment's latest stays its latest")
    func forgottenLatest() throws {
        var log = PaymentLog()
        log.settings = try DeduplicationSettings(operationsPerPayment: 1)
        let refunded = CallbackDraft(
            paymentStatus: "refunded", paymentSum: (0, "USD"), operation: 1, date: Self.start + 100)
        try log.send(refunded)
        // The newer date of a late callback keeps the other operation.
        let second = CallbackDraft(operation: 2, date: Self.start + 90)
        log.settings = try DeduplicationSettings(operationsPerPayment: 2)
        try log.send(second, at: Self.start + 200)
        let late = second.with {
            $0.status = "processing"; $0.date += 30
        }
        #expect(try log.send(late, at: Self.start + 200) == .late)
        log.settings = try DeduplicationSettings(operationsPerPayment: 1)
        try log.send(
            second.with {
                $0.status = "decline"; $0.date += 5
            }, at: Self.start + 200)
        #expect(try log.read().operations.map(\.id) == [2])
        #expect(log.reported.last?.paymentStatus == "refunded")
        #expect(log.reported.last?.paymentAmount == 0)
        #expect(log.reported.last?.asOf == Self.start + 100)
    }

    @Test("the first final and the first closing status are published, however much was forgotten before")
    func firstFinal() throws {
        var log = PaymentLog()
        log.settings = try DeduplicationSettings(fingerprintsPerOperation: 2)
        for number in Int64(1)...9 {
            try log.send(
                CallbackDraft(status: "processing", code: "\(number)", date: Self.start + number * 10))
        }
        #expect(try log.send(CallbackDraft(status: "processing", code: "x", date: Self.start + 60)) == .stale)
        #expect(try log.send(CallbackDraft(status: "decline", date: Self.start + 20)) == .advance)
        #expect(
            try log.send(CallbackDraft(status: "decline", date: Self.start + 10, initial: nil)) == .stale)
        #expect(try log.send(CallbackDraft(status: "success", date: Self.start + 15)) == .advance)
        #expect(log.reported.suffix(2).map(\.isSuperseded) == [true, true])
    }

    @Test("operations forgotten in steps, in any order, leave the state that they leave together")
    func forgottenInSteps() throws {
        // Of the newest operation no sum is known; the newest sum is that of the second.
        let sums: [Int64?] = [nil, 2000, 1000]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            var atOnce = PaymentLog()
            var inSteps = PaymentLog()
            let start = Self.start + 10 * day
            for (step, number) in order.enumerated() {
                let draft = CallbackDraft(
                    paymentSum: sums[number].map { ($0, "USD") }, operation: Int64(number),
                    date: start - Int64(number) * 60)
                try atOnce.send(draft, at: start + Int64(step) * day)
                try inSteps.send(draft, at: start + Int64(step) * day)
            }
            for step in Int64(0)...3 { try inSteps.sweep(at: start + (35 + step) * day) }
            try atOnce.sweep(at: start + 38 * day)
            #expect(inSteps.bytes == atOnce.bytes)
            let state = try atOnce.read()
            #expect(state.operations.isEmpty && state.latest?.operationID == 0)
            #expect(state.latest?.sum?.amount == 2000)
        }
    }
}
