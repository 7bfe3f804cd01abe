// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// Callbacks that are news although they look like duplicates or late ones, and the status that readers end
/// with.
@Suite("News")
struct NewsTests {
    private static let received: Int64 = 1_733_598_600_000

    /// Decisions and events of bodies that arrive one after the other.
    private static func send(_ bodies: [JSONDraft], _ log: inout ProcessedLog) throws -> [ProcessedLog.Result]
    {
        try bodies.map { try log.send($0.body, at: received) }
    }

    private static let registration: JSONDraft = [
        "project_id": 1234,
        "recurring": [
            "id": 90101, "status": "active", "type": "Y", "currency": "USD", "exp_year": "2027",
            "exp_month": "12", "period": "M", "time": "11",
        ],
    ]

    @Test("a registration that is cancelled and active again in new requests is three events")
    func recurringReturns() throws {
        let bodies = [("active", "a1-1"), ("cancelled", "a1-2"), ("active", "a1-3")].map { status, request in
            Self.registration.with("recurring.status", .text(status)).with("request_id", .text(request))
        }
        var log = ProcessedLog()
        let results = try Self.send(bodies, &log)
        #expect(results.map(\.output.decision) == [.advance, .advance, .advance])
        #expect(results[2].text.contains(#""request":{"id":"a1-3"}"#))
        for body in bodies + bodies.reversed() {
            #expect(try Self.send([body], &log)[0].output.decision == .duplicate)
        }
    }

    @Test("a registration whose expiry, period, time, interval or validity changes is an event each time")
    func recurringChanges() throws {
        var body = Self.registration
        var log = ProcessedLog()
        #expect(try Self.send([body], &log)[0].output.decision == .advance)
        for (path, value) in [
            ("exp_year", "2028"), ("exp_month", "11"), ("period", "D"), ("time", "12"), ("interval", "2"),
            ("valid_thru", "2028-11-01T00:00:00+0000"),
        ] {
            body = body.with("recurring.\(path)", .text(value))
            let results = try Self.send([body, body], &log)
            #expect(results.map(\.output.decision) == [.advance, .duplicate], "\(path)")
        }
        let last = try Self.send([body.with("request_id", "r2")], &log)[0]
        #expect(last.text.contains(#""time":"12","interval":"2"}"#), "\(last.text)")
    }

    @Test("in the transaction format each refund is a separate event operation and amount")
    func transactionRefunds() throws {
        func entry(_ id: Int64, _ type: String, _ amount: Int64, _ second: Int64) -> JSONDraft {
            [
                "id": .number("\(id)"), "type": .text(type), "status": "success",
                "date": .text(ExampleBodies.date(second)),
                "sum_initial": ["amount": .number("\(amount)"), "currency": "EUR"],
            ]
        }
        let entries = [
            entry(903_000, "sale", 10_000, 0), entry(903_001, "refund", 1000, 60),
            entry(903_002, "refund", 1500, 120),
        ]
        let bodies = (1...3).map { count -> JSONDraft in
            let refunded: Int64 = [0, 1000, 2500][count - 1]
            return [
                "general": ["project_id": 1234, "payment_id": "a3"], "request_id": .text("a3-\(count)"),
                "transaction": ["id": 903_000, "date": .text(ExampleBodies.date(0)), "type": "purchase"],
                "payment": [
                    "id": "a3", "status": .text(count == 1 ? "success" : "partially refunded"),
                    "method": "card",
                ],
                "sum_real": ["amount": 10_000, "currency": "EUR"],
                "sum_refund": ["amount": .number("\(refunded)"), "currency": "EUR"],
                "operations": .list(Array(entries.prefix(count)).reversed()),
            ]
        }
        var log = ProcessedLog()
        let results = try Self.send(bodies, &log)
        #expect(results.map(\.output.decision) == [.advance, .advance, .advance])
        #expect(results[1].text.contains(#""operation":{"id":903001,"type":"refund""#))
        #expect(results[1].text.contains(#""sum_initial":{"amount":1000,"currency":"EUR""#))
        #expect(results[2].text.contains(#""operation":{"id":903002,"type":"refund""#))
        #expect(results[2].text.contains(#""sum_initial":{"amount":1500,"currency":"EUR""#))
        #expect(!results[2].text.contains("sum_converted"))
        let again = try Self.send(bodies, &log)
        #expect(again.map(\.output.decision) == [.duplicate, .duplicate, .duplicate])
    }

    @Test("in the transaction format the operation is the newest entry, whatever the transaction's id")
    func transactionEntry() throws {
        let entry: JSONDraft = [
            "id": 3_157_000_013_487, "type": "sale", "status": "success", "date": "2024-12-07T19:08:45+0000",
            "request_id": "r-entry", "provider": ["id": 7, "payment_id": "p-7"],
        ]
        let body = SampleCallback.transaction.with("transaction.id", 3_157_000_012_768)
            .with("operations", [entry])
        var log = ProcessedLog()
        let text = try Self.send([body], &log)[0].text
        #expect(text.contains(#""operation":{"id":3157000013487,"#))
        #expect(text.contains(#""request_id":"r-entry""#))
        #expect(text.contains(#""provider":{"id":"7","payment_id":"p-7"}"#))
    }

    private static func sale(_ status: String, _ request: String, _ second: Int64) -> JSONDraft {
        SampleCallback.success.with("payment.status", .text(status)).with("operation.status", .text(status))
            .with("operation.request_id", .text(request)).with(
                "operation.date", .text(ExampleBodies.date(second)))
    }

    @Test("a success is the last status in both orders of arrival, though the clock of processing was ahead")
    func clockAhead() throws {
        var finalLast = ProcessedLog()
        let after = try Self.send(
            [Self.sale("processing", "r1", 5), Self.sale("success", "r2", 0)], &finalLast)
        #expect(after.map(\.output.decision) == [.advance, .advance])
        #expect(after[1].text.contains(#""status":"success","status_class":"final","amount""#))
        #expect(!after[1].text.contains("superseded"))
        #expect(after[1].text.contains(#""as_of":"2024-12-07T19:08:50Z""#))
        #expect(after[1].text.contains(#""revision":2"#))
        var finalFirst = ProcessedLog()
        let before = try Self.send(
            [Self.sale("success", "r2", 0), Self.sale("processing", "r1", 5)], &finalFirst)
        #expect(before.map(\.output.decision) == [.advance, .late])
    }

    @Test("a decline that arrives after a newer processing is published once, superseded")
    func superseded() throws {
        var log = ProcessedLog()
        let bodies = [Self.sale("processing", "r1", 5), Self.sale("decline", "r2", 0)]
        let results = try Self.send(bodies, &log)
        #expect(results.map(\.output.decision) == [.advance, .advance])
        #expect(results[1].text.contains(#""superseded":true},"customer""#), "\(results[1].text)")
        #expect(results[1].text.contains(#""method":"Banks Cambodia","status":"processing""#))
        let again = try Self.send(bodies + bodies.reversed(), &log)
        #expect(again.allSatisfy { $0.output.decision == .duplicate })
    }

    @Test("beyond the limits a callback goes to review, and the header names the limit")
    func limits() throws {
        let deduplication = try DeduplicationSettings(fingerprintsPerOperation: 1, undatedPerPayment: 1)
        var log = ProcessedLog(
            settings: ProcessorSettings(deduplication: deduplication, verification: .never))
        let bodies = [
            Self.registration, Self.registration.with("recurring.status", "cancelled"),
            Self.sale("processing", "r1", 0),
            Self.sale("awaiting 3ds result", "r1", 10), Self.sale("awaiting customer", "r2", 1),
        ]
        let results = try Self.send(bodies, &log)
        #expect(results.map(\.output.decision) == [.advance, .stale, .advance, .advance, .stale])
        #expect(results.map { $0.header("tidings-rule") } == [nil, "undated-limit", nil, nil, "limit"])
        #expect(results[1].header("tidings-reason") == "stale")
        #expect(results[1].header("tidings-path") == nil)
        #expect("\(results[4].output.reason)" == "limit")
    }
}
