// SPDX-License-Identifier: Apache-2.0
import Payments

/// A payment as it might have gone: what the platform would report it, in the order of the dates. Dates are
/// apart by more than a re-sent copy can move.
struct History {
    var callbacks: [CallbackDraft] = []
    /// The date of the next callback, in seconds.
    private var clock: Int64
    private var nextOperation: Int64 = 3_157_000_000_000
    private var remaining: Int64 = 10_000

    init(start: Int64) {
        clock = start
    }

    /// What the platform says of the payment at last.
    var finalStatus: String? { callbacks.last?.paymentStatus }
    var finalAmount: Int64? { callbacks.last { $0.paymentSum != nil }?.paymentSum?.amount }

    static func random(start: Int64, using random: inout some RandomNumberGenerator) -> History {
        var history = History(start: start)
        let tries = Int.random(in: 1...3, using: &random)
        for attempt in 1...tries { history.sell(isLast: attempt == tries, using: &random) }
        for _ in 0..<Int.random(in: 0...3, using: &random) { history.refund(using: &random) }
        if Bool.random(using: &random) { history.changeByHand(using: &random) }
        return history
    }

    /// A cascade tries one operation after another; each goes through what the customer must do, some of it
    /// twice.
    private mutating func sell(isLast: Bool, using random: inout some RandomNumberGenerator) {
        var draft = begin("sale")
        let steps = [
            "processing", "awaiting 3ds result", "processing", "awaiting redirect result", "processing",
        ]
        for step in steps.prefix(Int.random(in: 0...5, using: &random)) {
            draft.status = step
            draft.paymentStatus = step
            if step == "awaiting 3ds result" { draft.request += "-3ds" }
            send(&draft, using: &random)
        }
        draft.status = isLast ? "success" : "decline"
        draft.paymentStatus = isLast ? "success" : "processing"
        draft.code = isLast ? "0" : "20105"
        send(&draft, using: &random)
    }

    private mutating func refund(using random: inout some RandomNumberGenerator) {
        var draft = begin("refund")
        let before = callbacks.last?.paymentStatus ?? "success"
        let amount = Int64.random(in: 1...max(1, remaining / 2), using: &random)
        draft.initial = (amount, "USD")
        draft.converted = nil
        draft.status = "processing"
        draft.paymentStatus = before
        send(&draft, using: &random)
        let isDeclined = Int.random(in: 0..<3, using: &random) == 0
        draft.status = isDeclined ? "decline" : "success"
        if !isDeclined {
            remaining -= amount
            draft.paymentStatus = "partially refunded"
            draft.paymentSum = (remaining, "USD")
        }
        send(&draft, using: &random)
    }

    /// The first operation is declined by hand, and perhaps restored.
    private mutating func changeByHand(using random: inout some RandomNumberGenerator) {
        guard var draft = callbacks.last(where: { $0.type == "sale" && $0.status == "success" }) else {
            return
        }
        draft.status = "decline"
        draft.paymentStatus = "decline"
        draft.paymentSum = (remaining, "USD")
        send(&draft, using: &random)
        guard Bool.random(using: &random) else { return }
        draft.status = "success"
        draft.paymentStatus = remaining == 10_000 ? "success" : "partially refunded"
        send(&draft, using: &random)
    }

    private mutating func begin(_ type: String) -> CallbackDraft {
        nextOperation += 1
        var draft = CallbackDraft()
        draft.operation = nextOperation
        draft.type = type
        draft.request = "request-\(nextOperation)"
        draft.paymentSum = (remaining, "USD")
        return draft
    }

    private mutating func send(_ draft: inout CallbackDraft, using random: inout some RandomNumberGenerator) {
        clock += Int64.random(in: 5...7200, using: &random)
        draft.date = clock
        callbacks.append(draft)
    }
}
