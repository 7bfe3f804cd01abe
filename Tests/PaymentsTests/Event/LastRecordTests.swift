// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Testing

/// Per key the last record is the latest state: what a KTable, an upsert source and a compacted sink rely on.
@Suite("The last record of a key")
struct LastRecordTests {
    /// What a reader compares; an absent date is the oldest.
    private struct Order: Comparable {
        var asOf: String
        var revision: Int

        init(_ event: [String: Any]) throws {
            revision = try #require(event["revision"] as? Int)
            // Texts in RFC 3339 in UTC have the order of the moments; a fraction would be longer.
            asOf = (event["payment"] as? [String: Any])?["as_of"] as? String ?? ""
            try #require(asOf.isEmpty || asOf.count == 20, "\(asOf)")
        }

        static func < (left: Order, right: Order) -> Bool {
            (left.asOf, left.revision) < (right.asOf, right.revision)
        }
    }

    /// A status topic of several keys, and what two kinds of readers hold of it.
    private struct Topic {
        var log = ProcessedLog()
        private(set) var last: [String: (order: Order, value: String)] = [:]
        private(set) var greatest: [String: (order: Order, value: String)] = [:]
        private(set) var events = 0

        mutating func send(_ body: String, at time: Int64) throws {
            let result = try log.send(body, at: time * 1000)
            guard result.output.decision.topic == .status else { return }
            events += 1
            let object = try JSONSerialization.jsonObject(with: Data(result.value ?? []))
            let order = try Order(#require(object as? [String: Any]))
            let record = (order, result.text)
            last[result.key] = record
            if let kept = greatest[result.key], kept.order >= order { return }
            greatest[result.key] = record
        }

        /// The keys of which the two readers hold different records.
        var different: [String] {
            last.filter { greatest[$0.key]?.value != $0.value.value }.map(\.key)
        }
    }

    private static func body(_ draft: CallbackDraft, payment: String) -> String {
        ExampleBodies.Purchase(
            paymentID: payment, operationID: draft.operation, type: draft.type, status: draft.status,
            paymentStatus: draft.paymentStatus, amount: draft.initial?.amount ?? 0,
            paymentAmount: draft.paymentSum?.amount, second: draft.date - Example.hour,
            request: draft.request, code: draft.code
        ).body
    }

    /// A callback without an operation, and so without a date.
    private static func undated(payment: String, request: Int) -> String {
        """
        {"project_id":1234,"request":{"id":"refused-\(request)","status":"error"},\
        "payment":{"id":"\(payment)","status":"error"},"errors":[{"code":2004,"message":"refused"}]}
        """
    }

    @Test("it is the record with the greatest as_of and revision, in any order and with redeliveries")
    func lastIsGreatest() throws {
        var events = 0
        for seed in UInt64(1)...200 {
            var random = SeededGenerator(seed: seed)
            var topic = Topic()
            var arrivals: [String] = []
            for payment in ["first", "second"] {
                let history = History.random(start: Example.hour, using: &random)
                for callback in history.callbacks {
                    let body = Self.body(callback, payment: payment)
                    arrivals += Array(repeating: body, count: Int.random(in: 1...2, using: &random))
                }
                for request in 0..<Int.random(in: 0...3, using: &random) {
                    arrivals.append(Self.undated(payment: payment, request: request))
                }
            }
            arrivals.shuffle(using: &random)
            for body in arrivals { try topic.send(body, at: Example.hour + 10 * day) }
            #expect(topic.different.isEmpty, "seed \(seed)")
            #expect(topic.last.count == 2, "seed \(seed)")
            events += topic.events
        }
        #expect(events > 1000)
    }

    @Test("it stays so when a payment is forgotten and begins again at revision 1")
    func afterRetention() throws {
        var restarts = 0
        for seed in UInt64(1)...50 {
            var random = SeededGenerator(seed: seed)
            var topic = Topic()
            var start = Example.hour
            for _ in 0..<3 {
                let history = History.random(start: start, using: &random)
                for callback in history.callbacks.shuffled(using: &random) {
                    try topic.send(Self.body(callback, payment: "first"), at: start + 5 * day)
                }
                #expect(topic.different.isEmpty, "seed \(seed)")
                let gap = Int64.random(in: 300...600, using: &random)
                start += gap * day
                if gap > 406 { restarts += 1 }
            }
        }
        #expect(restarts > 10)
    }

    @Test("a callback without a date, 401 days after the last one, is last and not the greatest")
    func limit() throws {
        var topic = Topic()
        let sale = ExampleBodies.Purchase(paymentID: "first").body
        try topic.send(sale, at: Example.hour)
        try topic.send(Self.undated(payment: "first", request: 1), at: Example.hour + 399 * day)
        #expect(topic.different.isEmpty)
        try topic.send(Self.undated(payment: "first", request: 2), at: Example.hour + 900 * day)
        #expect(topic.different == ["1234:first"] && topic.events == 3)
    }
}
