// SPDX-License-Identifier: Apache-2.0
import Payments

/// Callbacks as the platform sends them, to be varied.
enum SampleCallback {
    static let project: Int64 = 1234

    static func read(
        _ draft: JSONDraft, rule: SignatureRule = .natural, project: Int64? = SampleCallback.project
    ) -> Reading {
        read(draft.body, rule: rule, project: project)
    }

    static func read(
        _ body: [UInt8], rule: SignatureRule = .natural, project: Int64? = SampleCallback.project
    ) -> Reading {
        var reader = CallbackReader()
        return reader.read(body.span.bytes, rule: rule, projectID: project)
    }

    /// A purchase that succeeded, in the shape of the provider's purchase page.
    static let success: JSONDraft = [
        "project_id": 1234,
        "payment": [
            "id": "payment_47", "type": "purchase", "status": "success", "date": "2024-12-07T19:08:45+0000",
            "method": "Banks Cambodia", "sum": ["amount": 10000, "currency": "USD"], "description": "",
        ],
        "customer": ["id": "customer_123"],
        "operation": [
            "id": 47, "type": "sale", "status": "success", "date": "2024-12-07T19:08:45+0000",
            "created_date": "2024-12-07T19:08:05+0000", "request_id": "1a23456bc7890de",
            "sum_initial": ["amount": 10000, "currency": "USD"],
            "sum_converted": ["amount": 10000, "currency": "USD"],
            "code": "0", "message": "Success",
            "provider": ["id": 12345, "payment_id": "123abc123-123", "auth_code": ""],
        ],
        "signature": "U7HQO7ToISZhMPKdM4XrUKQtoYzFvoB3cs9CRd4xeYG2Q==",
    ]

    /// A purchase for which the customer must be sent to the bank.
    static let redirect =
        success
        .with("payment.status", "awaiting redirect result")
        .with("operation.status", "awaiting redirect result")
        .with("operation.code", "9999").with("operation.message", "Awaiting processing")
        .with(
            "redirect_data",
            ["method": "GET", "body": [], "encrypted": [], "url": "https://example.com/redirect?a=1&b=2"])

    static let token: JSONDraft = [
        "general": ["signature": "x", "project_id": 1234],
        "request": ["action": "create_token", "errors": nil, "id": "5f3a", "status": "success"],
        "customer": ["id": "customer_123"],
        "card": ["exp_month": "07", "exp_year": "2031", "holder": "JOHN DOE", "number": "424242******4242"],
        "token_status": "active", "token_created_at": "2024-12-07T19:08:45+0000",
        "token": "eyJ0b2tlbiI6IjQ3In0",
    ]

    static let recurring: JSONDraft = [
        "project_id": 1234,
        "recurring": [
            "id": 321, "status": "active", "type": "Y", "currency": "EUR", "exp_year": "2025",
            "exp_month": "12", "period": "D", "time": "11",
        ],
        "signature": "x",
    ]

    static let redirectOnly: JSONDraft = [
        "general": ["signature": "x"],
        "redirectData": ["method": "GET", "body": [], "encrypted": [], "url": "https://bank.example/pay"],
        "payment": ["id": "payment_47"],
    ]

    static let errors: JSONDraft = [
        "project_id": 1234,
        "payment": ["id": "payment_47", "status": "error", "type": "purchase"],
        "errors": [
            [
                "code": 2014, "message": "Payment amount is out of range", "field": "payment.amount",
                "description": "max 100000",
            ],
            ["code": 3061, "message": "Not found", "field": "", "description": nil],
        ],
        "signature": "x",
    ]

    static let transaction: JSONDraft = [
        "general": ["project_id": 1234, "payment_id": "payment_47", "signature": "x"],
        "payment": [
            "cascading_with_redirect": 0, "is_new_attempts_available": 0, "attempts_timeout": 0,
            "provider_id": 12, "status": "success", "id": "payment_47", "method": "card",
            "date": "2024-12-07T19:08:45+0000", "result_code": "0", "result_message": "Success",
            "split_with_redirect": 0,
        ],
        "rrn": "434219012345", "AuthCode": "563253",
        "account": ["number": "424242******4242", "token": "a1b2"],
        "customer": ["id": "customer_123"],
        "request_id": "1a23456bc7890de-0",
        "transaction": ["id": 3_157_000_013_487, "date": "2024-12-07T19:08:45+0000", "type": "sale"],
        "description": "Order 47",
        "sum_request": ["amount": 10000, "currency": "USD"],
        "sum_real": ["amount": 9200, "currency": "EUR"],
        "operations": [
            [
                "id": 3_157_000_013_486, "type": "auth", "status": "decline",
                "date": "2024-12-07T19:07:00+0000", "code": "20105", "message": "Insufficient funds",
            ],
            [
                "id": 3_157_000_013_487, "type": "sale", "status": "success",
                "date": "2024-12-07T19:08:45+0000", "created_date": "2024-12-07T19:08:05+0000",
                "request_id": "1a23456bc7890de-1", "code": "0", "message": "Success",
                "provider": ["id": 7, "payment_id": "p-7", "auth_code": "563253"],
            ],
        ],
    ]
}
