// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The bytes of a payment's state.
@Suite("Payment state")
struct PaymentStateTests {
    private static let start: Int64 = 1_700_000_000

    /// A state with everything that one can hold.
    private static func full() throws -> [UInt8] {
        var log = PaymentLog()
        try log.send(CallbackDraft(shape: .errors, errors: [("0:code", "1")]), at: start)
        try log.send(CallbackDraft(paymentStatus: "Half Done", date: start))
        try log.send(CallbackDraft(paymentSum: nil, operation: 2, status: "odd", date: start + 60))
        try log.send(CallbackDraft(paymentSum: nil, operation: 2, status: "processing", date: start + 70))
        try log.send(CallbackDraft(paymentStatus: "", operation: 2, date: start + 65))
        try log.send(CallbackDraft(paymentStatus: "", operation: -3, date: start + 90, initial: (1, "JPY")))
        for number in Int64(10)..<90 {
            try log.send(CallbackDraft(operation: number, date: start + number * 10))
        }
        return try #require(log.bytes)
    }

    private func read(_ bytes: [UInt8]) throws(PaymentStateError) -> PaymentState {
        try PaymentState(decoding: bytes.span.bytes)
    }

    private func isDamaged(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try read(bytes)
            return false
        } catch {
            return true
        }
    }

    @Test("an encoded state decodes to the same bytes")
    func roundTrip() throws {
        let bytes = try Self.full()
        var again: [UInt8] = [1, 2, 3]
        try read(bytes).encode(into: &again)
        #expect(again == bytes)
    }

    @Test("a state read into another leaves nothing of that one")
    func reuse() throws {
        var log = PaymentLog()
        try log.send(CallbackDraft(date: Self.start))
        let small = try #require(log.bytes)
        var state = try read(try Self.full())
        try state.decode(small.span.bytes)
        var again: [UInt8] = []
        state.encode(into: &again)
        #expect(again == small)
    }

    @Test("an ordinary payment takes about a hundred bytes")
    func size() throws {
        var log = PaymentLog()
        try log.send(CallbackDraft(date: Self.start))
        let count = try #require(log.bytes).count
        #expect(count <= 110)
    }

    @Test("any one changed byte is damage")
    func changedByte() throws {
        var log = PaymentLog()
        try log.send(CallbackDraft(date: Self.start))
        let bytes = try #require(log.bytes)
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(isDamaged(changed), "bit \(bit) of byte \(index)")
            }
        }
    }

    @Test("cut short, empty, or with more behind, it is damage")
    func cutShort() throws {
        let bytes = try Self.full()
        for count in [0, 1, 2, 5, bytes.count / 2, bytes.count - 1] {
            let cut = Array(bytes.prefix(count))
            #expect(throws: PaymentStateError.self) { try read(cut) }
        }
        let longer = bytes + [0]
        #expect(throws: PaymentStateError.self) { try read(longer) }
    }

    @Test("bytes of another format are refused by its number")
    func otherVersion() throws {
        var bytes = try Self.full()
        bytes[0] = 1
        #expect(throws: PaymentStateError.version(1)) { try read(bytes) }
        #expect(PaymentState.otherFormat(of: bytes.span.bytes) == 1)
    }

    @Test("no bytes whatever make it crash")
    func anyBytes() throws {
        let bytes = try Self.full()
        var random = SeededGenerator(seed: 47)
        for _ in 0..<20_000 {
            var changed = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            for _ in 0..<Int.random(in: 0...4, using: &random) where !changed.isEmpty {
                changed[Int.random(in: changed.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            // With a checksum that fits, so that what is behind it is tried too.
            PaymentState.seal(&changed)
            if let state = try? read(changed) {
                var written: [UInt8] = []
                state.encode(into: &written)
                #expect(!written.isEmpty)
            }
        }
    }

    @Test("of an operation no more callbacks are known than the setting says, the latest among them")
    func fingerprintLimit() throws {
        var log = PaymentLog()
        for number in Int64(0)..<40 {
            try log.send(
                CallbackDraft(status: "processing", code: "\(number)", date: Self.start + number * 10))
        }
        let state = try log.read()
        let known = state.seen(of: state.operations[0])
        #expect(known.count == 16)
        #expect(known.last?.date == Timestamp(seconds: Self.start + 390))
        #expect(known.first?.date == Timestamp(seconds: Self.start + 240))
    }

    @Test("a forgotten operation leaves a mark two seconds behind its newest date")
    func mark() throws {
        var log = PaymentLog()
        log.settings = try DeduplicationSettings(operationsPerPayment: 2)
        for number in Int64(1)...3 {
            try log.send(CallbackDraft(operation: number, date: Self.start + number * 10))
        }
        #expect(try log.read().forgottenThrough == Timestamp(seconds: Self.start + 12))
        #expect(try log.send(CallbackDraft(operation: 1, date: Self.start + 12)) == .stale)
        #expect(try log.send(CallbackDraft(operation: 9, date: Self.start + 12)) == .stale)
        #expect(try log.send(CallbackDraft(operation: 1, date: Self.start + 13)) == .advance)
    }
}
