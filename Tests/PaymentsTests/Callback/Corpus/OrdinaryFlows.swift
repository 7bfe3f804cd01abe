// SPDX-License-Identifier: Apache-2.0
import Payments

/// The stories that several callbacks report: money, cascades, refunds, and what the customer is shown.
extension OrdinaryCallback {
    private static let base = SampleCallback.success

    static let money: [OrdinaryCallback] = [
        ("KHR", 41_000_000), ("JPY", 500), ("KWD", 1000), ("USD", 0), ("IDR", 9_999_999_999_999),
        ("VND", 10_000_000_000_000), ("EUR", 1), ("USDT_TRC20", 5), ("BTC", 21), ("USDC:ETH_MAINNET", 7),
    ].map { (currency: String, amount: Int64) in
        let sum: JSONDraft = ["amount": .number("\(amount)"), "currency": .text(currency)]
        return OrdinaryCallback(
            name: "money \(currency)",
            body: base.with("payment.sum", sum).with("operation.sum_initial", sum)
                .with(
                    "operation.sum_converted", ["amount": .text("\(amount)"), "currency": .text(currency)]),
            facts: [
                "payment.sum": "\(amount) \(currency)", "operation.sum_converted": "\(amount) \(currency)",
            ])
    }

    /// Cascades, refunds, 3-D Secure and what else takes several callbacks.
    static let flows: [OrdinaryCallback] = [
        OrdinaryCallback(
            name: "cascade: the operation is declined, the payment goes on",
            body: base.with("payment.status", "processing").with("operation.status", "decline")
                .with("payment.is_new_attempts_available", true).with("payment.attempts_timeout", 300),
            facts: ["payment.status": "processing", "operation.status": "decline"]),
        OrdinaryCallback(
            name: "cascade: the operation succeeds first", body: base.with("payment.status", "processing"),
            facts: ["payment.status": "processing", "operation.status": "success"]),
        OrdinaryCallback(
            name: "a large operation id", body: base.with("operation.id", 3_157_000_013_487),
            facts: ["operation.id": "3157000013487"]),
        OrdinaryCallback(
            name: "partial refund",
            body: base.with("operation.type", "refund").with("payment.status", "partially refunded")
                .with("payment.sum.amount", 4000).with("operation.sum_initial.amount", 6000)
                .with("payment.merchant_refund_id", "refund_5"),
            facts: ["payment.sum": "4000 USD", "operation.type": "refund"]),
        OrdinaryCallback(
            name: "declined refund",
            body: base.with("operation.type", "refund").with("operation.status", "decline"),
            facts: ["payment.status": "success", "operation.status": "decline"]),
        OrdinaryCallback(
            name: "errors beside a declined operation",
            body: base.with("operation.status", "decline").with("payment.status", "decline")
                .with("errors", [["code": 20105, "message": "Insufficient funds; see: help"]]),
            facts: ["operation.status": "decline"]),
        OrdinaryCallback(
            name: "empty errors beside a success", body: base.with("errors", []),
            facts: ["shape": "operation"]),
        OrdinaryCallback(
            name: "null errors beside a success", body: base.with("errors", nil).with("errors", .null),
            facts: ["shape": "operation"]),
        OrdinaryCallback(
            name: "project id as a string", body: base.with("project_id", "1234"), facts: ["project": "1234"]),
        OrdinaryCallback(
            name: "provider and endpoint as strings",
            body: base.with("operation.provider.id", "12345").with("operation.provider.endpoint_id", "ep-1")
                .with("operation.provider.date", "2024-12-07T19:08:44+0000").with("operation.eci", "05"),
            facts: ["operation.provider.endpoint_id": "ep-1", "operation.eci": "05"]),
        OrdinaryCallback(
            name: "no payment sum", body: base.with("payment.sum", nil), facts: ["payment.id": "payment_47"]),
        OrdinaryCallback(
            name: "an id in capitals", body: base.with("payment.id", "Payment_47"),
            facts: ["payment.id": "Payment_47"]),
        OrdinaryCallback(
            name: "an id of a shop system", body: base.with("payment.id", "wc_order:5/2024#1"),
            facts: ["payment.id": "wc_order:5/2024#1"]),
        OrdinaryCallback(
            name: "manual change",
            body: base.with("operation.type", "manual change").with("operation.code", ""),
            facts: ["operation.type": "manual change"]),
        OrdinaryCallback(
            name: "split payment",
            body: base.with("payment.status", "partially paid").with("payment.split_with_redirect", 1),
            facts: ["payment.status": "partially paid"]),
    ]

    static let actions: [OrdinaryCallback] = {
        let waiting = SampleCallback.redirect.with("redirect_data", nil)
        func callback(_ kind: String, _ members: [(String, JSONDraft)], _ facts: [String: String]) -> Self {
            let body = members.reduce(waiting) { $0.with($1.0, $1.1) }
            return OrdinaryCallback(
                name: "action \(kind) \(facts.keys.sorted())", body: body,
                facts: facts.merging(["action.kind": kind]) { $1 })
        }
        return [
            callback(
                "acs",
                [
                    (
                        "acs",
                        [
                            "acs_url": "https://acs.bank.example/pareq?x=1;y=2", "md": "MD:1",
                            "pa_req": "eJxVUt1uwjAMfpWq1yOJ8/+/==", "term_url": "https://p.example/3ds",
                        ]
                    )
                ], ["action.acs_url": "https://acs.bank.example/pareq?x=1;y=2", "action.md": "MD:1"]),
            callback(
                "threeds2",
                [
                    (
                        "threeds2",
                        [
                            "iframe": [
                                "url": "https://acs.example/method",
                                "params": ["3DSMethodData": "eyJ0aHJlZSI6MX0=", "threeDSMethodData": "eyJ9"],
                            ],
                            "redirect": [
                                "url": "https://acs.example/challenge",
                                "params": ["creq": "eyJ:a", "threeDSSessionData": ""],
                            ],
                        ]
                    )
                ],
                [
                    "action.iframe:url": "https://acs.example/method",
                    "action.iframe:params:3DSMethodData": "eyJ0aHJlZSI6MX0=",
                    "action.redirect:params:creq": "eyJ:a",
                ]),
            callback(
                "clarification",
                [
                    (
                        "clarification_fields",
                        [
                            "customer": [
                                "email": ["type": "text", "regexp": "^.+@.+$", "label": "E-mail; please"]
                            ],
                            "avs_data": ["avs_post_code": ["type": "text", "required": true]],
                        ]
                    )
                ],
                ["action.customer:email:type": "text", "action.customer:email:label": "E-mail; please"]),
            callback(
                "display",
                [
                    (
                        "display_data",
                        [
                            [
                                "type": "qr_data", "title": "Scan: KHQR",
                                "data": "00020101021229300012D156000000000510A93FO3230Q31",
                            ],
                            ["type": "add_info", "title": "Pay at the counter", "data": "Code 12:34"],
                        ]
                    )
                ], ["action.0:title": "Scan: KHQR", "action.1:data": "Code 12:34"]),
            callback("qrCode", [("qr_code", "data:image/png;base64,iVBORw0KGgo=")], [:]),
            callback(
                "qrCode", [("qr_code", ["data": "data:image/png;base64,iVBORw0KGgo=", "type": "image"])],
                ["action.data": "data:image/png;base64,iVBORw0KGgo="]),
            callback(
                "returnURL", [("return_url", "https://shop.example/back?id=1")],
                ["action.": "https://shop.example/back?id=1"]),
            callback(
                "returnURL",
                [("return_url", ["success": "https://s.example/", "decline": "https://d.example/"])],
                ["action.success": "https://s.example/"]),
            callback(
                "providerExtraFields",
                [("provider_extra_fields", ["bank": ["name": "ABA: PAY"], "extended": [:]])],
                ["action.bank:name": "ABA: PAY"]),
            callback(
                "redirect",
                [
                    (
                        "redirect_data",
                        [
                            "method": "POST", "url": "https://bank.example/pay", "encrypted": [],
                            "body": ["form[a]": "1:2;3", "sum": 100, "PaReq": "x=="],
                        ]
                    ), ("return_url", "https://shop.example/"), ("provider_extra_fields", ["x": "y"]),
                ], ["action.body:form[a]": "1:2;3", "action.body:sum": "100"]),
        ]
    }()
}
