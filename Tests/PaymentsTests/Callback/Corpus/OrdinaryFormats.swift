// SPDX-License-Identifier: Apache-2.0
import Payments

/// The same reported in other layouts, in the other shapes, and with members that we do not know.
extension OrdinaryCallback {
    private static let base = SampleCallback.success

    static let formats: [OrdinaryCallback] = [
        OrdinaryCallback(
            name: "the signature in general",
            body: base.with("signature", nil).with("general", ["signature": "x"]),
            facts: ["operation.id": "47"]),
        OrdinaryCallback(
            name: "project and payment id in general",
            body: base.with("signature", nil).with("project_id", nil)
                .with("general", ["project_id": 1234, "payment_id": "payment_47", "signature": "x"]),
            facts: ["operation.id": "47", "project": "1234"]),
        OrdinaryCallback(
            name: "project id in both places",
            body: base.with("general", ["project_id": "1234"]), facts: ["project": "1234"]),
        OrdinaryCallback(
            name: "the older format, everything in it",
            body: SampleCallback.transaction.with("threeds2", "").with("display_data", []).with("acs", nil)
                .with("errors", []).with("qr_code", .null).with(
                    "sum_refund", ["amount": 0, "currency": "USD"]
                )
                .with("additional_terminal_data", ["x": 1]).with("avs_result", "Y"),
            facts: ["shape": "transaction", "operation.id": "3157000013487"]),
        OrdinaryCallback(
            name: "the older format, waiting for 3-D Secure",
            body: SampleCallback.transaction.with("payment.status", "awaiting 3ds result").with(
                "operations", nil
            )
            .with("acs", ["acs_url": "https://acs.example/", "md": "1", "pa_req": "2"]),
            facts: ["action.kind": "acs", "operation.status": "awaiting 3ds result"]),
        OrdinaryCallback(
            name: "members in another order",
            body: [
                "operation": base["operation"] ?? nil, "project_id": 1234, "payment": base["payment"] ?? nil,
            ],
            facts: ["operation.id": "47", "payment.sum": "10000 USD"]),
        OrdinaryCallback(
            name: "a date in RFC 3339", body: base.with("operation.date", "2024-12-07T19:08:45Z"),
            facts: ["operation.date": "1733598525000"]),
    ]

    static let shapes: [OrdinaryCallback] = [
        OrdinaryCallback(
            name: "token", body: SampleCallback.token, facts: ["token.token": "eyJ0b2tlbiI6IjQ3In0"]),
        OrdinaryCallback(
            name: "token with the project at the root",
            body: SampleCallback.token.with("general.project_id", nil).with("project_id", 1234),
            facts: ["shape": "token"]),
        OrdinaryCallback(
            name: "token declined",
            body: SampleCallback.token.with("request.status", "decline").with("token_status", "inactive")
                .with("request.errors", [["code": 20105, "message": "Declined; try: again"]]),
            facts: ["request.status": "decline", "errors.0:message": "Declined; try: again"]),
        OrdinaryCallback(
            name: "recurring", body: SampleCallback.recurring, facts: ["recurring.status": "active"]),
        OrdinaryCallback(
            name: "recurring cancelled",
            body: SampleCallback.recurring.with("recurring.status", "cancelled").with(
                "recurring.valid_thru", "2031-07"),
            facts: ["recurring.valid_thru": "2031-07"]),
        OrdinaryCallback(
            name: "redirect only", body: SampleCallback.redirectOnly,
            facts: ["action.method": "GET", "shape": "redirect"]),
        OrdinaryCallback(
            name: "redirect only with a form",
            body: SampleCallback.redirectOnly.with("redirectData.method", "POST")
                .with("redirectData.body", ["a": "1", "b": "2:3"]),
            facts: ["action.body:b": "2:3"]),
        OrdinaryCallback(name: "errors", body: SampleCallback.errors, facts: ["errors.0:code": "2014"]),
        OrdinaryCallback(
            name: "errors with a described list",
            body: SampleCallback.errors.with(
                "errors", [["code": "123", "message": "grand crash", "description": ["a", ["b": 1]]]]),
            facts: ["errors.0:description:0": "a"]),
        OrdinaryCallback(
            name: "errors of a refused refund", body: SampleCallback.errors.with("payment.status", "success"),
            facts: ["shape": "errors"]),
    ]

    /// Formats are configured per project: a member that we do not know has no effect.
    static let unknownMembers: [OrdinaryCallback] = [
        ("uuid", "c7a5a4f2-1-2"), ("mode", "test"), ("destination", "card"), ("description", "Order 5; gift"),
        ("payment.extra", ["a": [1, 2, ["b": nil]]]), ("payment.provider_id", 12),
        ("operation.extra", "x: y; z"),
        ("operation.provider.country", "KH"), ("avs_result", "Y"), ("rrn", "434219"), ("AuthCode", "5"),
        ("interface_type", ["id": 23]), ("customer.first_name", "Bob; Alice"),
        ("customer.phone", "+85512345678"),
        ("account", ["number": "000:111", "bank_id": 62401]), ("recurring", ["id": 5, "currency": "USD"]),
        ("return_url", ["success": "https://a.example/"]), ("language_code", "km"), ("style id", "x y"),
        ("a:b", "c"), ("ключ", "значение"), ("5", "five"), ("payment.ключ", "1"), ("card", ["holder": "A;B"]),
        ("customer_email", "x@example.com"), ("terminal_id", 5), ("merchant_data", "a;b;c"),
        ("redirect", true),
    ].map { (path: String, value: JSONDraft) in
        OrdinaryCallback(name: "unknown \(path)", body: base.with(path, value), facts: ["operation.id": "47"])
    }
}
