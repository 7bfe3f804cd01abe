// SPDX-License-Identifier: Apache-2.0
import Payments

/// Callbacks in the form of the samples on the platform's public pages, with other ids and names.
extension OrdinaryCallback {
    static let samples: [OrdinaryCallback] = [
        OrdinaryCallback(
            name: "sample: card verification", body: cardVerification,
            facts: ["shape": "transaction", "payment.status": "success", "payment.id": "EP1120-3e48"]),
        OrdinaryCallback(
            name: "sample: card verification declined",
            body: cardVerification.with("payment.status", "decline").with("payment.result_code", "100")
                .with("payment.result_message", "General decline").with("payment.remaining_refund", nil),
            facts: ["payment.status": "decline"]),
        OrdinaryCallback(
            name: "sample: purchase", body: purchase,
            facts: ["operation.id": "2000000004", "operation.sum_converted": "1000 EUR"]),
        OrdinaryCallback(
            name: "sample: purchase without operations",
            body: purchase.with("operations", nil).with("payment.actual_amount", 1000),
            facts: ["operation.id": "2000000004", "operation.status": "success"]),
        OrdinaryCallback(
            name: "sample: card stored", body: storedCard,
            facts: ["shape": "token", "request.action": "tokenize", "token.status": "active"]),
        OrdinaryCallback(
            name: "sample: payment id at the root, amount in the payment", body: paymentIDAtRoot,
            facts: ["shape": "operation", "operation.id": "8840012", "payment.id": "b2"]),
        OrdinaryCallback(
            name: "sample: 3-D Secure result",
            body: purchase.with("mpi_result", mpiResult), facts: ["operation.id": "2000000004"]),
        OrdinaryCallback(
            name: "sample: interface", body: purchase.with("interface_type", ["id": 23, "user": ""]),
            facts: ["operation.id": "2000000004"]),
        OrdinaryCallback(
            name: "sample: data of the merchant",
            body: purchase.with(
                "merchant",
                [
                    "data":
                        "{\"items\":[{\"sku\":\"s;1\",\"description\":\"a: b\",\"count\":2}],\"user_id\":\"7\"}"
                ]),
            facts: ["operation.id": "2000000004"]),
        OrdinaryCallback(
            name: "sample: extended callback",
            body: extended, facts: ["operation.id": "47", "operation.provider.endpoint_id": "3"]),
    ]

    /// A result of the authentication by 3-D Secure, with all its documented members.
    static let mpiResult: JSONDraft = [
        "mpi_operation_id": "4f9a6a51-6f5c-4c2b-8d0e-1f4a7c1f0001", "ds_operation_id": "d1",
        "acs_operation_id": "a1", "mpi_timestamp": "20250108111449",
        "cardholder_info": "Call your bank; see: https://bank.example/", "authentication_flow": "02",
    ]

    private static let cardVerification: JSONDraft = [
        "request_id": "bbeef4d51e6ae4aadcb86d-00003158",
        "transaction": [
            "id": 3_157_000_012_768, "date": "2025-10-29T14:15:02+0000", "type": "account_verification",
        ],
        "payment": [
            "method": "card", "date": "2025-10-29T14:15:02+0000", "result_code": "0",
            "result_message": "Success", "status": "success", "is_new_attempts_available": false,
            "attempts_timeout": 0, "id": "EP1120-3e48", "cascading_with_redirect": false,
            "is_cascading": false, "remaining_refund": 0, "split_with_redirect": false, "method_id": 1,
            "provider_id": 3,
        ],
        "sum_real": ["amount": 0, "currency": "GBP"], "customer": ["id": "123"],
        "account": [
            "number": "424242******4242", "type": "visa", "id": 70_256_633, "card_holder": "HENRY FORD",
            "expiry_month": "12", "expiry_year": "2028",
        ],
        "avs_result": "X", "rrn": "000047769105", "sum_request": ["amount": 0, "currency": "GBP"],
        "company": ["id": 1, "title": "My store"],
        "terminal": ["method_code": "card", "mode_code": "card_verify", "name": "v5"],
        "cashout_data": [
            "account_number": "424242******4242", "customer_first_name": "Henry",
            "customer_last_name": "Ford",
        ],
        "general": ["project_id": 1234, "payment_id": "EP1120-3e48", "signature": "x"], "description": "",
        "operations": [
            [
                "id": 3_157_000_013_487, "type": "account verification", "status": "success",
                "date": "2025-10-29T14:15:02+0000", "processing_time": "2025-10-29T14:15:01+0000",
                "request_id": "12a469296f-00003158", "sum": ["amount": 0, "currency": "GBP"], "code": "0",
                "message": "Success", "provider": ["id": 3, "payment_id": "17616663016501"],
            ]
        ],
        "return_url": "https://mystore.example/redirect/au80n3l6krq80",
    ]

    private static let purchase: JSONDraft = [
        "sum_request": ["amount": 1000, "currency": "EUR"], "request_id": "f68d1288e3e37b0ded8763d94588",
        "transaction": ["id": 2_000_000_004, "date": "2025-10-08T11:14:49+0000", "type": "purchase"],
        "payment": [
            "method": "card", "date": "2025-10-08T11:14:49+0000", "result_code": "0",
            "result_message": "Success", "status": "success", "is_new_attempts_available": false,
            "attempts_timeout": 0, "id": "payment_443", "provider_id": 3,
        ],
        "sum_real": ["amount": 1000, "currency": "EUR"], "customer": ["id": "1"], "status": "success",
        "account": ["number": "541333******0019", "type": "mastercard", "card_holder": "JOHN SMITH"],
        "rrn": "000047769105", "auth_code": "563253",
        "general": ["project_id": 1234, "payment_id": "payment_443", "signature": "x"], "description": "",
        "operations": [
            [
                "id": 2_000_000_004, "type": "sale", "status": "success",
                "date": "2025-10-08T11:14:49+0000", "processing_time": .null,
                "sum": ["amount": 1000, "currency": "EUR"], "code": "0", "message": "Success",
            ]
        ],
        "return_url": "https://pp.example/process/complete-redirect?0ebeqgdcgbsj3d278b46",
    ]

    private static let storedCard: JSONDraft = [
        "general": ["project_id": 1234, "customer_id": "1", "signature": "x"],
        "request": ["id": "a748130e0350895d71bd8154342e0c26", "action": "tokenize", "status": "success"],
        "token": "503hyugfe7874f5utrdub1f671667hvyufxyd2341ce",
        "customer": ["ip_address": "198.51.100.7", "id": "1"],
        "token_created_at": "2025-09-28T11:25:30+0000", "token_status": "active",
    ]

    /// The only sample with the payment's id at the root; the page has no date of the operation.
    static let paymentIDAtRoot: JSONDraft = [
        "project_id": 1234, "payment_id": "b2-order",
        "payment": ["id": "b2", "type": "purchase", "status": "success", "amount": 1815, "currency": "EUR"],
        "customer": ["id": "customer_112"],
        "operation": [
            "id": 8_840_012, "type": "sale", "status": "success", "date": "2025-10-08T11:14:49+0000",
        ],
        "signature": "x",
    ]

    private static let extended =
        SampleCallback.success.with(
            "account", ["number": "424242******4242", "token": "a1b2", "type": "visa"]
        )
        .with("avs_data", ["avs_post_code": "12000", "avs_street_address": "Street; 1"])
        .with("avs_result", "Y").with("bank", ["name": "Bank; of: X"]).with("decision", "accept")
        .with("decision_message", ["accept.message(\"RCS accept. Amount: ok\")"])
        .with("interface_type", ["id": 6, "user": ""]).with("operation.eci", "05")
        .with("operation.provider.endpoint_id", 3).with("operation.non_3ds_reason", "lve")
}
