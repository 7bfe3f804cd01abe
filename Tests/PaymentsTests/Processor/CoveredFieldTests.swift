// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// What a fingerprint covers: a callback with another value is an event, and none of them is published again.
@Suite("Covered fields")
struct CoveredFieldTests {
    /// A callback of one shape, and another value for each field that its fingerprint covers.
    struct Shape: Sendable, CustomTestStringConvertible {
        var name: String
        var base: JSONDraft
        var changes: [(path: String, value: JSONDraft)]
        /// Where the date of a dated shape is.
        var datePath: String?

        var testDescription: String { name }
    }

    private static let received: Int64 = 1_733_598_600

    private static let payment: [(path: String, value: JSONDraft)] = [
        ("payment.type", "payout"), ("payment.method", "card"), ("payment.status", "decline"),
        ("payment.description", "Two teas"), ("payment.sum", ["amount": 5, "currency": "USD"]),
        ("customer.id", "customer_9"),
    ]

    private static let operation: [(path: String, value: JSONDraft)] = [
        ("operation.type", "auth"), ("operation.status", "awaiting 3ds result"),
        ("operation.request_id", "r2"),
        ("operation.code", "9998"), ("operation.sum_initial.amount", 9),
        ("operation.sum_initial.currency", "EUR"),
        ("operation.sum_converted.amount", 9), ("operation.sum_converted.currency", "EUR"),
        ("payment.status", "processing"), ("payment.sum.amount", 9), ("payment.sum.currency", "EUR"),
        ("redirect_data.url", "https://example.com/other"),
    ]

    private static let final: [(path: String, value: JSONDraft)] = [
        ("payment.status", "partially refunded"), ("payment.sum.amount", 9), ("payment.sum.currency", "EUR"),
        ("operation.sum_initial.amount", 9), ("operation.sum_initial.currency", "EUR"),
        ("operation.sum_converted.amount", 9), ("operation.sum_converted.currency", "EUR"),
        ("operation.status", "decline"),
    ]

    private static let transaction = SampleCallback.transaction.with("operations", nil)
        .with("payment.status", "processing")

    static let shapes: [Shape] = [
        Shape(
            name: "operation", base: SampleCallback.redirect, changes: operation, datePath: "operation.date"),
        Shape(
            name: "final operation", base: SampleCallback.success, changes: final, datePath: "operation.date"),
        Shape(
            name: "transaction", base: transaction,
            changes: [
                ("payment.status", "awaiting 3ds result"), ("request_id", "r2"),
                ("payment.result_code", "9998"),
                ("transaction.type", "auth"), ("sum_request.amount", 9), ("sum_real.amount", 9),
                ("sum_refund", ["amount": 9, "currency": "EUR"]),
                ("payment.sum", ["amount": 9, "currency": "EUR"]),
                ("acs", ["md": "1"]),
            ], datePath: "transaction.date"),
        Shape(
            name: "token", base: SampleCallback.token,
            changes: [
                ("request.id", "5f3b"), ("request.action", "update_token"), ("request.status", "decline"),
                ("token_status", "inactive"), ("customer.id", "customer_9"),
                ("request.errors", [["code": 20105, "message": "Declined"]]),
            ]),
        Shape(
            name: "recurring", base: SampleCallback.recurring,
            changes: [
                ("request_id", "r2"), ("customer.id", "customer_9"), ("recurring.status", "cancelled"),
                ("recurring.type", "C"), ("recurring.currency", "USD"), ("recurring.exp_year", "2029"),
                ("recurring.exp_month", "11"), ("recurring.period", "M"), ("recurring.time", "12"),
                ("recurring.interval", "2"), ("recurring.valid_thru", "2031-07"),
            ]),
        Shape(
            name: "redirect",
            base: SampleCallback.redirectOnly.with("project_id", 1234).with("customer", ["id": "customer_1"]),
            changes: payment + [
                ("request_id", "r2"), ("redirectData.url", "https://bank.example/other"),
                ("redirectData.method", "POST"), ("redirectData.body", ["a": "1"]),
            ]),
        Shape(
            name: "errors", base: SampleCallback.errors,
            changes: payment + [
                ("request_id", "r2"), ("errors", [["code": 2015, "message": "Other"]]),
                ("request", ["id": "5f3a"]), ("request", ["id": "5f3a", "action": "sale"]),
                ("request", ["id": "5f3a", "action": "sale", "status": "decline"]),
            ]),
    ]

    @Test(
        "each changed field is an event, and no callback is one again at any later point", arguments: shapes)
    func everyField(shape: Shape) throws {
        var log = ProcessedLog()
        var sent: [(path: String, body: JSONDraft)] = []
        for (index, change) in ([("", "")] + shape.changes).enumerated() {
            var body = index == 0 ? shape.base : shape.base.with(change.path, change.value)
            if let path = shape.datePath { body = body.with(path, .text(Self.date(index * 60))) }
            let time = (Self.received + Int64(index * 60)) * 1000
            let output = try log.send(body.body, at: time).output
            #expect(
                output.decision.topic == .status, "\(change.path): \(output.decision) \(output.reason)")
            sent.append((change.path, body))
            for (path, earlier) in sent {
                let again = try log.send(earlier.body, at: time + 500).output.decision
                #expect(again == .duplicate, "\(path) after \(change.path): \(again)")
            }
        }
        for age in [1, 11, 29, 31, 36, 300, 399] as [Int64] {
            for (path, earlier) in sent {
                let time = (Self.received + age * day) * 1000
                let again = try log.send(earlier.body, at: time).output.decision
                #expect(again.topic != .status, "\(path) after \(age) days: \(again)")
            }
        }
    }

    @Test("the time at which a token was created is not covered, and neither are texts for people")
    func uncovered() throws {
        let changes: [(JSONDraft, String, JSONDraft)] = [
            (SampleCallback.token, "token_created_at", "2024-12-07T19:08:46+0000"),
            (SampleCallback.success, "operation.message", "OK"),
            (SampleCallback.success, "payment.description", "Two teas"),
            (SampleCallback.success, "operation.provider.auth_code", "1"),
            (SampleCallback.success, "customer.id", "customer_9"),
        ]
        for (base, path, value) in changes {
            var log = ProcessedLog()
            _ = try log.send(base.body, at: Self.received * 1000)
            let again = try log.send(base.with(path, value).body, at: Self.received * 1000).output.decision
            #expect(again == .duplicate, "\(path)")
        }
    }

    private static func date(_ second: Int) -> String { ExampleBodies.date(Int64(second)) }
}
