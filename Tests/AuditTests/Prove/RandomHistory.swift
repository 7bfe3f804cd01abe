// SPDX-License-Identifier: Apache-2.0
import Payments
import TestSupport

/// Histories of a few payments over months: statuses that come and go, copies, late and old callbacks,
/// refunds, and callbacks without an operation. One seed, one history.
struct RandomHistory {
    private var state: UInt64
    private(set) var model: ModelPartition
    private var time: Int64
    private var sent: [CallbackFixture] = []

    init(seed: UInt64, encoding: EventEncoding = .json, start: Int64 = ModelTime.start) {
        time = start
        state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        model = ModelPartition(encoding: encoding)
    }

    static func model(
        seed: UInt64, count: Int, encoding: EventEncoding = .json, start: Int64 = ModelTime.start
    ) throws -> ModelPartition {
        var history = RandomHistory(seed: seed, encoding: encoding, start: start)
        for _ in 0..<count { try history.sendNext() }
        return history.model
    }

    private mutating func sendNext() throws {
        // Mostly seconds pass, sometimes days.
        time += pick(9) == 0 ? Int64(pick(20)) * ModelTime.day : Int64(pick(30))
        switch pick(12) {
        case 0...2 where !sent.isEmpty:
            // A copy, perhaps with its date moved.
            let copy = sent[pick(sent.count)].with { $0.date += Int64(pick(2)) }
            try model.send(copy.text, at: time)
        case 3:
            try model.send(
                """
                {"project_id":1234,"payment":{"id":"order_\(pick(4))","status":"error"},\
                "errors":[{"code":\(pick(3)),"message":"no","field":"","description":""}],"signature":"x"}
                """, at: time)
        case 4:
            try model.send(
                """
                {"project_id":1234,"recurring":{"id":\(pick(2)),"status":"active","type":"Y"},"signature":"x"}
                """, at: time)
        case 5: try model.send("{]", at: time)
        default:
            let next = callback()
            sent.append(next)
            try model.send(next.text, at: time)
        }
        if pick(25) == 0 { try model.sweep() }
    }

    private mutating func callback() -> CallbackFixture {
        let statuses = [
            "processing", "awaiting 3ds result", "success", "decline", "refunded", "something new",
        ]
        var body = CallbackFixture()
        body.payment = "order_\(pick(5))"
        body.operation = 40 + pick(6)
        body.status = statuses[pick(statuses.count)]
        body.paymentStatus = statuses[pick(statuses.count)]
        body.request = "r\(pick(3))"
        body.amount = 1000 * (1 + pick(3))
        // Mostly just now, sometimes late, sometimes stale, sometimes from the future.
        body.date =
            time - [0, 0, 0, 1, 2, 60, 3 * ModelTime.day, 33 * ModelTime.day, -2 * ModelTime.day][pick(9)]
        return body
    }

    /// From 0 to below `count`; xorshift64*.
    private mutating func pick(_ count: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_f491_4f6c_dd1d) >> 33) % count
    }
}
