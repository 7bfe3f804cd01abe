// SPDX-License-Identifier: Apache-2.0
import Payments

/// What the merchant signs with the secret that also signs callbacks, with values that a customer chose.
enum MerchantText {
    /// Parameters of Payment Page links: with payment, without amount, for storing a card, for a payout, and
    /// whatever else the documentation has.
    static let links: [JSONDraft] = [
        [
            "project_id": 1234, "payment_id": "p1", "payment_amount": 100, "payment_currency": "USD",
            "customer_id": "c1", "customer_first_name": "Bob", "customer_last_name": "Smith",
            "customer_email": "bob@example.com", "account_customer_name": "Bob Smith",
            "force_payment_method": "banks-cambodia",
        ],
        [
            "project_id": 1234, "payment_id": "p1", "payment_description": "B&W",
            "interface_type": "{\"id\":23}",
        ],
        [
            "project_id": 1234, "payment_id": "p1", "best_before": "2055-05-05T00:00:00",
            "interface_type": "{\"id\": 24}",
        ],
        [
            "project_id": 1234, "mode": "card_tokenize", "customer_id": "c1", "customer_first_name": "Bob",
            "redirect_tokenize_url": "https://shop.example/?a=1", "language_code": "km",
        ],
        ["project_id": 1234, "mode": "purchase", "billing_address": "Street 1", "card_holder": "BOB"],
        ["project_id": 1234, "mode": "payout", "recipient_first_name": "Bob", "uuid": "1-2"],
        [
            "project_id": 1234, "payment_amount": 5, "avs_post_code": "12000", "identify_doc_number": "7",
            "merchant_callback_url": "https://shop.example/cb",
        ],
        ["project_id": 1234, "payment_currency": "KHR", "addendum_data": "x", "booking_info": "y"],
        [
            "project_id": 1234, "payment_id": "p1", "payment_amount": 100, "payment_currency": "USD",
            "recurring": "{\"register\":true}", "receipt_data": "abc", "customer_address": "a",
            "account_token": "t",
        ],
        [
            "project_id": 1234, "payment_id": "p1", "operation_type": "sale", "cash_voucher_data": "z",
            "customer_city": "Phnom Penh", "customer_state": "PP", "style_id": 5, "region_code": "KH",
        ],
    ]

    /// Requests to the Gate.
    static let requests: [JSONDraft] = [
        sale, refund, threeDSResult, tokenize, statusQuery, bankList,
        sale.with("card", ["pan": "4111111111111111", "year": 2031, "month": 7, "card_holder": "BOB"])
            .with("return_url", nil),
        tokenize.with("customer.project_id", 1234),
        sale.with("token", "tok").with("interface_type", ["user_agent": "x"]),
        sale.with("payment", nil).with("request_id", "r1"),
        statusQuery.with("destination", "merchant"),
        sale.with("general.payment_id", nil).with("recipient", ["wallet_id": "w"]),
        sale.with("merchant", ["data": "{\"items\":[{\"sku\":\"s1\"}]}"]).with("interface_type", ["id": 1]),
        sale.with("recurring", ["register": true, "type": "R", "scheduled_payment_id": "p2", "period": "M"]),
        sale.with("authentication_data", ["cavv": "AAAB", "xid": "MDAw"]).with("saved_account_id", 5),
        statusQuery.with("recurring", ["id": "5"]),
        statusQuery.with(
            "recurring",
            [
                "amount": 100, "expiry_month": "12", "id": "5", "interval": "3", "period": "M",
                "scheduled_payment_id": "p2", "start_date": "01-01-2027", "time": "12:00:00",
            ]),
        statusQuery.with("additional_data", ["customer": ["first_name": "Bob"]]),
        statusQuery.with("general.type", "finish").with("confirmation_code", "123"),
        statusQuery.with("payment", ["description": "Returned"]).with("interface_type", ["id": 5]),
        statusQuery.with("cres", "eyJ0").with("interface_type", ["id": 5]),
    ]

    /// The requests that pay, refund an amount, end an authentication or store a card: those which may carry
    /// a customer's text behind the project.
    static let paymentRequests = requests.filter { request in
        request["payment"]?["amount"] != nil
            || ["card", "receipt_data", "pares"].contains { request[$0] != nil }
    }

    private static let sale: JSONDraft = [
        "general": [
            "project_id": 1234, "payment_id": "p1", "merchant_callback_url": "https://shop.example/cb",
        ],
        "account": ["bank_id": 61021, "customer_name": "Bob"],
        "customer": [
            "id": "c1", "email": "bob@example.com", "first_name": "Bob", "last_name": "Smith",
            "ip_address": "198.51.100.47", "identify": ["doc_number": "7"],
        ],
        "payment": ["amount": 10000, "currency": "USD", "description": "Order 1"],
        "receipt_data": ["positions": [["quantity": "1", "amount": "10000", "description": "Keyboard"]]],
        "return_url": ["success": "https://shop.example/s", "decline": "https://shop.example/d"],
    ]

    private static let refund: JSONDraft = [
        "general": ["project_id": 1234, "payment_id": "p1", "merchant_refund_id": "f1"],
        "payment": ["amount": 100, "currency": "USD", "description": "Returned", "merchant_refund_id": "f1"],
        "customer": ["first_name": "Bob"],
    ]

    private static let threeDSResult: JSONDraft = [
        "general": ["project_id": 1234, "payment_id": "p1"], "pares": "eJzVWFmzqsq2", "md": "abc",
    ]

    private static let tokenize: JSONDraft = [
        "general": ["project_id": 1234], "customer": ["id": "c1", "first_name": "Bob"],
        "card": ["pan": "4111111111111111", "year": 2031, "month": 7, "card_holder": "BOB"],
    ]

    private static let statusQuery: JSONDraft = ["general": ["project_id": 1234, "payment_id": "p1"]]

    private static let bankList: JSONDraft = [
        "general": ["project_id": 1234, "payment_id": "p1"], "payment": ["amount": 10000, "currency": "USD"],
    ]

    /// The same with stories in the values that a customer, or anyone who names the payment, may choose.
    static func poisoned(_ honest: JSONDraft, _ random: inout SeededGenerator) -> JSONDraft {
        guard case .object(let members) = honest else { return honest }
        return .object(
            members.map { member in
                JSONDraft.Member(member.key, poisonedValue(member.value, key: member.key, &random))
            })
    }

    private static func poisonedValue(
        _ value: JSONDraft, key: String, _ random: inout SeededGenerator
    ) -> JSONDraft {
        switch value {
        case .object:
            return poisoned(value, &random)
        case .list(let elements):
            return .list(elements.map { poisonedValue($0, key: key, &random) })
        case .text(let text):
            guard key != "mode", Int.random(in: 0..<3, using: &random) == 0 else { return value }
            return .text(text + ";" + story(&random))
        case .number, .flag, .null:
            return value
        }
    }

    /// Lines of a callback in the order in which they would be signed, and one last member to swallow what
    /// comes behind.
    static func story(_ random: inout SeededGenerator) -> String {
        let shape = stories.randomElement(using: &random) ?? []
        let keep = Int.random(in: 4...20, using: &random)
        var lines = shape.filter { line in
            line.hasPrefix("!") || Int.random(in: 0..<20, using: &random) < keep
        }.map { $0.hasPrefix("!") ? String($0.dropFirst()) : $0 }
        if Int.random(in: 0..<8, using: &random) == 0 { lines.insert("0:x", at: 0) }
        if Int.random(in: 0..<8, using: &random) == 0 { lines.insert("customer:id:666", at: 0) }
        return lines.joined(separator: ";") + [";zz:x", "", ";z:", ";general:zz:1"].randomElement(
            using: &random)!
    }

    /// `!` marks what the shape cannot do without.
    static let stories: [[String]] = [
        [
            "operation:code:0", "!operation:date:2024-12-07T19:08:45+0000", "!operation:id:47",
            "operation:message:Success", "operation:request_id:r", "!operation:status:success",
            "operation:sum_initial:amount:1", "operation:sum_initial:currency:USD", "operation:type:sale",
            "!payment:id:payment_47", "payment:method:card", "payment:status:success", "payment:sum:amount:1",
            "payment:sum:currency:USD", "payment:type:purchase", "project_id:1234",
        ],
        [
            "general:project_id:1234", "operations:0:id:47", "operations:0:status:success",
            "!payment:date:2024-12-07T19:08:45+0000", "!payment:id:payment_47", "!payment:status:success",
            "project_id:1234", "sum_real:amount:1", "sum_real:currency:USD",
            "!transaction:date:2024-12-07T19:08:45+0000", "!transaction:id:47", "transaction:type:sale",
        ],
        [
            "general:project_id:1234", "!request:action:create_token", "request:id:5",
            "!request:status:success",
            "!token:abc", "token_created_at:2024-12-07T19:08:45+0000", "!token_status:active",
        ],
        ["project_id:1234", "!recurring:id:5", "!recurring:status:active", "recurring:type:Y"],
        [
            "!payment:id:payment_47", "project_id:1234", "!redirectData:method:GET",
            "!redirectData:url:https://e.example",
        ],
        [
            "!errors:0:code:1", "errors:0:message:m", "!payment:id:payment_47", "payment:status:error",
            "project_id:1234",
        ],
    ]
}
