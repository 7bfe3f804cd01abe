import Payments
import Testing

/// A payment that never ends: what is kept of it, and what becomes of its old callbacks.
@Suite("Limits of a payment's memory")
struct MemoryLimitTests {
    private static let start: Int64 = 1_700_000_000
    private static let operations: Int64 = 10_000

    private func callback(_ number: Int64) -> CallbackDraft {
        CallbackDraft(
            operation: 5_000_000_000 + number, request: "request-\(number)", date: Self.start + number * 10)
    }

    @Test("10,000 operations of one payment are each told once, from a memory no larger than that of 64")
    func manyOperations() throws {
        var log = PaymentLog()
        var sizes: [Int] = []
        for number in 0..<Self.operations {
            #expect(try log.send(callback(number)) == .advance)
            // A copy comes at once, as the platform sends them.
            #expect(try log.send(callback(number)) == .repeat)
            sizes.append(log.bytes?.count ?? 0)
        }
        #expect(log.told.count == Int(Self.operations))
        #expect(log.told.last?.revision == Self.operations)
        #expect(try log.read().operations.count == 64)
        // Counts and dates grow by a byte or two; nothing else does.
        let (early, late) = (sizes[100..<1000].max() ?? 0, sizes[1000...].max() ?? 0)
        #expect(late <= early + 8)
        #expect(late < 64 * 100)
    }

    @Test(
        "of 10,000 operations none is told twice, when all callbacks come again and with dates moved by a second"
    )
    func tellsNoneTwice() throws {
        var log = PaymentLog()
        for number in 0..<Self.operations { try log.send(callback(number)) }
        let end = Self.start + Self.operations * 10
        for number in 0..<Self.operations {
            let isRemembered = number >= Self.operations - 64
            #expect(try log.send(callback(number), at: end) == (isRemembered ? .repeat : .stale))
            let moved = callback(number).with { $0.date += 1 }
            #expect(try log.send(moved, at: end) == (isRemembered ? .repeat : .stale))
        }
        #expect(log.told.count == Int(Self.operations))
    }

    @Test("the largest memory there can be of ordinary callbacks is a record of a few dozen kilobytes")
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
        let memory = try log.read()
        #expect(memory.operations.count == 64)
        #expect(memory.operations.allSatisfy { memory.known(of: $0).count == 16 })
        let count = try #require(log.bytes).count
        #expect(count < 32 << 10)
    }
}
