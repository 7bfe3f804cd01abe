// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// The paths that the platform's documentation and plugins report, one by one.
@Suite("Paths of a payment")
struct PaymentPathTests {
    private let start: Int64 = 1_700_000_000

    private func operation(
        _ id: Int64, _ status: String, payment: String, after seconds: Int64, type: String = "sale",
        sum: Int64 = 10_000, amount: Int64 = 10_000, request: String = "r1"
    ) -> CallbackDraft {
        CallbackDraft(
            paymentStatus: payment, paymentSum: (sum, "USD"), operation: id, type: type, status: status,
            request: request, date: start + seconds, initial: (amount, "USD"), converted: nil)
    }

    private func expect(
        _ callbacks: [CallbackDraft], _ decisions: [Decision], status: String, amount: Int64 = 10_000
    ) throws {
        var log = PaymentLog()
        let made = try callbacks.map { try log.send($0) }
        #expect(made == decisions)
        #expect(log.reported.last?.paymentStatus == status)
        #expect(log.reported.last?.paymentAmount == amount)
        #expect(log.reported.map(\.revision) == Array(1...Int64(log.reported.count)))
    }

    @Test("a cascade: operations succeed or decline while the payment is processing, two finals days apart")
    func cascade() throws {
        let callbacks = [
            operation(1, "decline", payment: "processing", after: 0),
            operation(2, "success", payment: "processing", after: 60),
            operation(2, "success", payment: "success", after: 3 * day),
        ]
        try expect(callbacks, [.advance, .advance, .advance], status: "success")
    }

    @Test("partial refunds: each a separate operation, the payment's sum is what remains")
    func partialRefunds() throws {
        let callbacks = [
            operation(1, "success", payment: "success", after: 0),
            operation(
                2, "success", payment: "partially refunded", after: 60, type: "refund", sum: 7_000,
                amount: 3_000),
            operation(3, "success", payment: "refunded", after: 120, type: "refund", sum: 0, amount: 7_000),
        ]
        try expect(callbacks, [.advance, .advance, .advance], status: "refunded", amount: 0)
    }

    @Test("a refund that overtakes its sale keeps the payment's newer status and sum")
    func overtakingRefund() throws {
        let callbacks = [
            operation(
                2, "success", payment: "partially refunded", after: 60, type: "refund", sum: 7_000,
                amount: 3_000),
            operation(1, "success", payment: "success", after: 0),
        ]
        try expect(callbacks, [.advance, .advance], status: "partially refunded", amount: 7_000)
    }

    @Test("a declined refund leaves the payment's status as it was")
    func declinedRefund() throws {
        let callbacks = [
            operation(1, "success", payment: "success", after: 0),
            operation(2, "decline", payment: "success", after: 60, type: "refund", amount: 3_000),
        ]
        try expect(callbacks, [.advance, .advance], status: "success")
    }

    @Test("a refund reversed gives the money back to the payment")
    func refundReverse() throws {
        let callbacks = [
            operation(1, "success", payment: "success", after: 0),
            operation(2, "success", payment: "refunded", after: 60, type: "refund", sum: 0),
            operation(3, "success", payment: "success", after: 120, type: "refund reverse"),
        ]
        try expect(callbacks, [.advance, .advance, .advance], status: "success")
    }

    @Test("a manual change: success, decline and success again are corrections, each reported")
    func manualChange() throws {
        let callbacks = [
            operation(1, "success", payment: "success", after: 0),
            operation(1, "decline", payment: "decline", after: 60),
            operation(1, "success", payment: "success", after: 120),
        ]
        try expect(callbacks, [.advance, .correction, .correction], status: "success")
    }

    @Test("try again: a decline, the customer is awaited, then a success of another operation")
    func tryAgain() throws {
        let callbacks = [
            operation(1, "decline", payment: "awaiting customer", after: 0),
            operation(2, "processing", payment: "processing", after: 60),
            operation(2, "success", payment: "success", after: 120),
        ]
        try expect(callbacks, [.advance, .advance, .advance], status: "success")
    }

    @Test("awaiting 3ds result may come again with new data")
    func repeatedAwaiting() throws {
        var first = operation(1, "awaiting 3ds result", payment: "awaiting 3ds result", after: 0)
        first.action = (.acs, [("md", "1"), ("pa_req", "a")])
        let second = first.with {
            $0.action = (.acs, [("md", "2"), ("pa_req", "b")])
            $0.date += 30
        }
        let decisions: [Decision] = [.advance, .advance, .duplicate]
        try expect([first, second, second], decisions, status: "awaiting 3ds result")
    }

    @Test("new data within the same second is reported")
    func newDataSameSecond() throws {
        var first = operation(1, "awaiting 3ds result", payment: "awaiting 3ds result", after: 0)
        first.action = (.acs, [("md", "1")])
        let second = first.with { $0.action = (.threeds2, [("md", "1")]) }
        try expect([first, second], [.advance, .advance], status: "awaiting 3ds result")
    }

    @Test("several finals of one payment: a split payment's parts are reported each")
    func severalFinals() throws {
        let callbacks = [
            operation(1, "success", payment: "partially paid", after: 0, sum: 4_000, amount: 4_000),
            operation(2, "success", payment: "success", after: 600, sum: 10_000, amount: 6_000),
        ]
        try expect(callbacks, [.advance, .advance], status: "success")
    }

    @Test("a request id that changes inside an operation makes no second final")
    func changingRequest() throws {
        let callbacks = [
            operation(1, "awaiting 3ds result", payment: "awaiting 3ds result", after: 0, request: "sale"),
            operation(1, "processing", payment: "processing", after: 30, request: "3ds"),
            operation(1, "success", payment: "success", after: 31, request: "3ds"),
            operation(1, "success", payment: "success", after: 31, request: "sale"),
        ]
        try expect(callbacks, [.advance, .advance, .advance, .duplicate], status: "success")
    }

    @Test("a request id that stays the same across a status change hides no transition")
    func sameRequest() throws {
        let callbacks = [
            operation(1, "processing", payment: "processing", after: 0),
            operation(1, "success", payment: "success", after: 0),
        ]
        try expect(callbacks, [.advance, .advance], status: "success")
    }

    @Test("a status that returns is published again")
    func returningStatus() throws {
        let callbacks = [
            operation(1, "processing", payment: "processing", after: 0),
            operation(1, "awaiting redirect result", payment: "awaiting redirect result", after: 10),
            operation(1, "processing", payment: "processing", after: 20),
        ]
        try expect(callbacks, [.advance, .advance, .advance], status: "processing")
    }

    @Test("a payment id in other letter case is the same payment")
    func letterCase() throws {
        let first = operation(1, "success", payment: "success", after: 0)
        try expect(
            [first, first.with { $0.payment = "Order_314" }], [.advance, .duplicate], status: "success")
    }

    @Test("an underscore in a payment id is not a space")
    func underscore() {
        var fingerprinter = Fingerprinter()
        let one = fingerprinter.fingerprint(of: CallbackDraft(payment: "a_b").callback)
        #expect(one != fingerprinter.fingerprint(of: CallbackDraft(payment: "a b").callback))
    }

    @Test("an error, and then the same payment id again")
    func errorThenAgain() throws {
        let refused = CallbackDraft(shape: .errors, paymentStatus: "error", errors: [("0:code", "2004")])
        var log = PaymentLog()
        #expect(try log.send(refused, at: start) == .advance)
        #expect(log.reported.last?.asOf == nil)
        #expect(try log.send(operation(1, "processing", payment: "processing", after: 60)) == .advance)
        #expect(try log.send(operation(1, "success", payment: "success", after: 120)) == .advance)
        #expect(try log.send(refused, at: start + 130) == .duplicate)
        #expect(log.reported.map(\.revision) == [1, 2, 3])
        #expect(log.reported.last?.paymentStatus == "success")
    }

    @Test("a final that overtakes its intermediates makes them late")
    func overtakingFinal() throws {
        let callbacks = [
            operation(1, "success", payment: "success", after: 60),
            operation(1, "processing", payment: "processing", after: 0),
            operation(1, "awaiting 3ds result", payment: "awaiting 3ds result", after: 30),
        ]
        try expect(callbacks, [.advance, .late, .late], status: "success")
    }

    @Test("on one date a final operation reports the payment's truth, then the higher operation id")
    func ties() throws {
        let final = operation(1, "success", payment: "success", after: 0)
        let other = operation(2, "processing", payment: "processing", after: 0)
        try expect([final, other], [.advance, .advance], status: "success")
        try expect([other, final], [.advance, .advance], status: "success")
        let higher = operation(3, "success", payment: "partially refunded", after: 0)
        try expect([final, higher], [.advance, .advance], status: "partially refunded")
        try expect([higher, final], [.advance, .advance], status: "partially refunded")
    }
}
