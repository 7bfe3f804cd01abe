// SPDX-License-Identifier: Apache-2.0
import Payments

/// Every shape and every decision.
extension Example {
    static let all: [Example] = shapes + histories + heldBack

    private typealias Purchase = ExampleBodies.Purchase

    private static let success = Purchase()
    private static let decline = Purchase(status: "decline", code: "20000", message: "General decline")
    private static let tryAgain = Purchase(
        status: "processing", second: 5, request: "try-2", code: "9999", message: "Awaiting")
    private static let processing = Purchase(
        status: "processing", second: -5, code: "9999", message: "Awaiting")

    // MARK: shapes

    static let shapes: [Example] = operations + actions + withoutOperation

    private static let operations = [
        Example(name: "purchase-success", about: "A purchase succeeded.", body: success.body),
        Example(name: "purchase-decline", about: "A purchase was declined.", body: decline.body),
        Example(
            name: "general-signature", about: "The signature is in general, and so may the project.",
            body: Purchase(project: #""project_id": 1234, "general": {"signature": ""}"#).body),
        Example(
            name: "transaction",
            about: "The transaction format: its one entry of operations[] is the operation.",
            body: ExampleBodies.transaction),
        Example(
            name: "unknown-members",
            about: "Unknown members, at the root and deeper, are not read.",
            body: Purchase(
                message: #"Success", "advice": {"code": "47"}, "rrn": "434219"#,
                project: #""project_id": 1234, "interface_type": {"id": 23}, "uuid": "c7a5a4f2-1-2""#
            ).body),
        Example(
            name: "unknown-status", about: "A status that is not in statuses.json is published as sent.",
            body: Purchase(status: "Frozen By Bank").body),
        Example(
            name: "other-spelling", about: "A status in another spelling is published in the canonical one.",
            body: Purchase(paymentStatus: "Cancelled").body),
        Example(
            name: "zero-digit-currency",
            about: "A currency without minor units: the amount is in major units.",
            body: Purchase(amount: 1500, currency: "JPY").body),
        Example(
            name: "contradictory-exponent",
            about: "The platform's pages contradict each other on this currency.",
            body: Purchase(amount: 1500, currency: "KWD").body),
        Example(
            name: "great-amount", about: "Amounts go far beyond 32 bits.",
            body: Purchase(amount: 10_000_000_000_000, currency: "KHR").body),
        Example(
            name: "odd-text", about: "Text of every kind, escaped where JSON demands it and nowhere else.",
            body: Purchase(
                message: #"\"ពាក្យ\" 支付成功 \\ \u0001\n Оплата 👍 \/ ok"#, customer: "ណារី; 李雷: O'Neil"
            ).body),
        Example(
            name: "without-receipt", about: "A record that no ingress received, verified by the worker.",
            body: success.body, hasReceipt: false),
        Example(
            name: "reconciled", about: "The answer to a status request, after its callback was lost.",
            body: success.body, isReconciled: true),
    ]

    private static let actions = [
        Example(
            name: "action-redirect", about: "The customer is sent on to his bank, by the seed's Gate flow.",
            body: ExampleBodies.awaiting(
                "awaiting redirect result",
                #""redirect_data": {"method": "GET", "body": [], "encrypted": [], "url": "https://example.com/redirect"}"#
            ).body),
        Example(
            name: "action-redirect-form", about: "The customer's browser posts a form.",
            body: ExampleBodies.awaiting(
                "awaiting redirect result",
                #""redirect_data": {"method": "POST", "url": "https://bank.example/?a=1&b=2", "encrypted": [], "#
                    + #""body": {"PaReq": "eJxVUd1y0+8=", "MD": "", "items": ["one", "two"]}}"#
            ).body),
        Example(
            name: "action-acs", about: "3-D Secure, first version.",
            body: ExampleBodies.awaiting(
                "awaiting 3ds result",
                #""acs": {"acs_url": "https://acs.example/", "md": "123", "pa_req": "eJxVUd1y", "#
                    + #""term_url": "https://example.com/return"}"#
            ).body),
        Example(
            name: "action-threeds2", about: "3-D Secure, second version.",
            body: ExampleBodies.awaiting(
                "awaiting 3ds result",
                #""threeds2": {"iframe": {"url": "https://acs.example/", "params": {"3DSMethodData": "e30", "#
                    + #""threeDSMethodData": "e30"}}}"#
            ).body),
        Example(
            name: "action-clarification", about: "The merchant must supply more fields.",
            body: ExampleBodies.awaiting(
                "awaiting clarification",
                #""clarification_fields": {"avs_data": {"avs_post_code": {"type": "string", "regexp": ".{1,12}"}}}"#
            ).body),
        Example(
            name: "action-display", about: "The customer must read something.",
            body: ExampleBodies.awaiting(
                "awaiting customer action",
                #""display_data": [{"type": "text", "title": "Pay at any branch", "data": "47-11"}]"#
            ).body),
        Example(
            name: "action-qr-code", about: "The customer must scan a code.",
            body: ExampleBodies.awaiting(
                "awaiting customer action", #""qr_code": "00020101021230510016abaakhppxxx@abaa""#
            ).body),
        Example(
            name: "action-return-url", about: "Where the customer comes back to.",
            body: ExampleBodies.awaiting(
                "awaiting customer action",
                #""return_url": {"success": "https://example.com/success/", "decline": "https://example.com/no/"}"#
            ).body),
        Example(
            name: "action-provider-extra-fields", about: "What only this provider knows to say.",
            body: ExampleBodies.awaiting(
                "awaiting customer action",
                #""provider_extra_fields": {"bank": {"name": "ABA PAY", "account": "000 111 222"}}"#
            ).body),
    ]

    private static let withoutOperation = [
        Example(name: "token", about: "A card was stored.", body: ExampleBodies.token),
        Example(
            name: "transaction-refund",
            about: "The transaction format: the newest entry of operations[] is the operation.",
            body: ExampleBodies.transactionRefund),
        Example(
            name: "recurring", about: "A registration for recurring payments changed.",
            body: ExampleBodies.recurring),
        Example(name: "redirect-only", about: "A redirect alone.", body: ExampleBodies.redirectOnly),
        Example(name: "request-failed", about: "A request was refused.", body: ExampleBodies.refused),
    ]

    // MARK: what came before matters

    private static let partialRefund = Purchase(
        operationID: 3_157_000_013_500, type: "refund", paymentStatus: "partially refunded", amount: 3000,
        paymentAmount: 7000, second: 600, request: "refund-1")

    static let histories = [
        Example(
            name: "status-changed", about: "The operation goes on: its latest status before is in previous.",
            earlier: [(processing.body, -2)], body: success.body),
        Example(
            name: "correction-other-final", about: "A success was changed to a decline by hand.",
            earlier: [(success.body, 3)],
            body: Purchase(status: "decline", second: 3600, code: "20000", message: "Manual change").body,
            second: 3603),
        Example(
            name: "correction-other-money", about: "The same final, with other money.",
            earlier: [(success.body, 3)], body: Purchase(amount: 9000, second: 3600).body, second: 3603),
        Example(
            name: "correction-taken-back", about: "A decline was taken back: the customer may try again.",
            earlier: [(decline.body, 3)],
            body: Purchase(status: "processing", second: 3600, code: "9999", message: "Awaiting").body,
            second: 3603),
        Example(
            name: "superseded",
            about:
                "A decline that arrives after the processing that followed it: published, and not the latest.",
            earlier: [(tryAgain.body, 8)], body: decline.body, second: 9),
        Example(
            name: "clock-ahead",
            about: "A success is the operation's latest status, although a processing has a later date.",
            earlier: [(tryAgain.body, 8)], body: success.body, second: 9),
        Example(
            name: "partial-refund",
            about: "A refund is a separate operation; the payment's sum is what remains.",
            earlier: [(success.body, 3)], body: partialRefund.body, second: 603),
        Example(
            name: "overtaken", about: "The refund came first: the payment keeps the newer status.",
            earlier: [(partialRefund.body, 603)], body: success.body, second: 660),
        Example(
            name: "duplicate", about: "A redelivery whose date moved by a second: counted.",
            earlier: [(success.body, 3)], body: Purchase(second: 1).body, second: 13),
        Example(
            name: "late", about: "Processing after success, whatever its date: counted.",
            earlier: [(success.body, 3)],
            body: processing.body, second: 4),
    ]

    // MARK: what a person must look at

    /// A signed Payment Page link has such a member, and no callback.
    private static let linked = Purchase(project: #""project_id": 1234, "payment_amount": 10000"#)

    static let heldBack = [
        Example(
            name: "stale", about: "Older than thirty days, and its operation is not known.",
            body: success.body,
            second: 31 * 86_400),
        Example(
            name: "conflict-after-closing",
            about: "Processing more than an hour after a success: no clock explains it.",
            earlier: [(success.body, 3)],
            body: Purchase(status: "processing", second: 3601, code: "9999", message: "Awaiting").body,
            second: 3603),
        Example(
            name: "future", about: "Dated more than a day after it came.",
            body: Purchase(second: 2 * 86_400).body),
        Example(
            name: "conflict", about: "Two finals for one moment.", earlier: [(success.body, 3)],
            body: decline.body, second: 5),
        Example(
            name: "ambiguous",
            about: "A text in a value holds what a field of the callback would begin with.",
            body: Purchase(customer: "Bob;operation:status:success").body),
        Example(
            name: "released",
            about: "An ambiguous callback that a person released: an event, which names the person.",
            earlier: [(linked.body, 3)], body: linked.body, accepts: "ambiguous link payment_amount"),
        Example(
            name: "unknown-shape", about: "Nothing that an event can be made of.",
            body: #"{"project_id": 1234, "payment": {"id": "payment_51", "status": "success"}}"#),
        Example(
            name: "wrong-partition", about: "The record is in another partition than its key's.",
            body: success.body,
            isInWrongPartition: true),
        Example(name: "dead-letter-null", about: "A record without a value.", body: nil),
        Example(
            name: "dead-letter-unreadable", about: "Two members of one name.",
            body: #"{"project_id": 1234, "project_id": 4321}"#, isSigned: false),
        Example(
            name: "dead-letter-unverified", about: "No receipt, and no valid signature.",
            body: success.body.replacing("\n}", with: ",\n  \"signature\": \"bm9uZQ==\"\n}"),
            hasReceipt: false,
            isSigned: false),
    ]
}
