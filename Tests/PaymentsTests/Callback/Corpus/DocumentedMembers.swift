// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

/// A member that callbacks have on the platform's public pages, or that a project may have added to its
/// format.
struct DocumentedMember: Sendable, CustomTestStringConvertible {
    var path: String
    var value: JSONDraft
    /// Whether it is something that the customer must be shown, of which a callback has one (rule *shapes*).
    var isAction = false

    var testDescription: String { path }

    static let all: [DocumentedMember] = details + actions

    private static let details: [DocumentedMember] = [
        DocumentedMember(path: "AuthCode", value: "563253"),
        DocumentedMember(path: "account", value: ["number": "424242******4242", "card_holder": "JOHN DOE"]),
        DocumentedMember(path: "additional_terminal_data", value: ["x": 1]),
        DocumentedMember(
            path: "avs_data", value: ["avs_post_code": "12000", "avs_street_address": "Road 1"]),
        DocumentedMember(path: "avs_result", value: "Y"),
        DocumentedMember(path: "bank", value: ["name": "Bank of X"]),
        DocumentedMember(path: "card", value: ["exp_month": "07", "holder": "JOHN DOE", "issuer_name": "X"]),
        DocumentedMember(path: "cashout_data", value: ["account_number": "424242******4242"]),
        DocumentedMember(path: "company", value: ["id": 1, "title": "My store"]),
        DocumentedMember(path: "custom_1", value: "gift"),
        DocumentedMember(path: "custom_fields", value: ["order": "5", "note": ["a", 1]]),
        DocumentedMember(path: "customer.ip_address", value: "198.51.100.7"),
        DocumentedMember(path: "customer.phone", value: "85512345678"),
        DocumentedMember(path: "decision", value: "accept"),
        DocumentedMember(path: "decision_message", value: ["RCS accept"]),
        DocumentedMember(path: "description", value: "Order 47: gift"),
        DocumentedMember(path: "descriptor", value: "MYSTORE*47"),
        DocumentedMember(path: "general.project_id", value: 1234),
        DocumentedMember(path: "interface_type", value: ["id": 23, "user": ""]),
        DocumentedMember(path: "merchant", value: ["data": "{\"user_id\":\"7\"}"]),
        DocumentedMember(path: "language", value: "km"),
        DocumentedMember(path: "my_own_field", value: ["a": "b", "c": [1, 2]]),
        DocumentedMember(path: "mpi_result", value: OrdinaryCallback.mpiResult),
        DocumentedMember(path: "operation.eci", value: "05"),
        DocumentedMember(path: "operation.non_3ds_reason", value: "tra"),
        DocumentedMember(path: "payment.actual_amount", value: 1000),
        DocumentedMember(path: "payment.merchant_refund_id", value: "refund_5"),
        DocumentedMember(path: "payment.operation_fee", value: ["amount": 5, "currency": "USD"]),
        DocumentedMember(path: "payment.remaining_refund", value: 0),
        DocumentedMember(path: "provider_extra_fields", value: ["bank": ["name": "X"]]),
        DocumentedMember(path: "recurring", value: ["id": 5, "currency": "USD", "valid_thru": "2031-07"]),
        DocumentedMember(path: "return_url", value: "https://shop.example/back"),
        DocumentedMember(path: "risk", value: ["score": 5, "rules": ["a", "b"]]),
        DocumentedMember(path: "rrn", value: "000047769105"),
        DocumentedMember(path: "status", value: "success"),
        DocumentedMember(path: "sum_refund", value: ["amount": 0, "currency": "USD"]),
        DocumentedMember(path: "terminal", value: ["mode_code": "card_verify", "name": "v5"]),
        DocumentedMember(path: "x_custom", value: "y"),
    ]

    private static let actions: [DocumentedMember] = [
        ("acs", ["acs_url": "https://acs.example/", "md": "1", "pa_req": "2"]),
        ("clarification_fields", ["avs_data": ["avs_post_code": ["type": "text"]]]),
        ("display_data", [["type": "qr_data", "title": "Scan", "data": "0002"]]),
        ("qr_code", ["data": "0002", "type": "image"]),
        ("redirect_data", ["method": "GET", "url": "https://bank.example/", "body": [], "encrypted": []]),
        ("threeds2", ["iframe": ["url": "https://acs.example/", "params": ["a": "b"]]]),
    ].map { (path: String, value: JSONDraft) in
        DocumentedMember(path: path, value: value, isAction: true)
    }

    /// Whether it can be added to a body: one that does not have it, and has its container. `general` may
    /// always be there.
    func isAddable(to body: JSONDraft) -> Bool {
        let keys = path.split(separator: ".").map(String.init)
        if keys.count == 1 { return body[path] == nil }
        let container = body[keys[0]]
        return (container != nil || keys[0] == "general") && container?[keys[1]] == nil
    }
}

/// A callback of a shape, to which members are added.
struct DocumentedShape: Sendable, CustomTestStringConvertible {
    var name: String
    var body: JSONDraft
    /// How many actions it has already; nil where actions are not read.
    var actions: Int?

    var testDescription: String { name }

    static let all: [DocumentedShape] = [
        DocumentedShape(name: "operation", body: SampleCallback.success),
        DocumentedShape(
            name: "operation that is processing",
            body: SampleCallback.success.with("operation.status", "processing")
                .with("payment.status", "processing"), actions: 0),
        DocumentedShape(name: "operation with a redirect", body: SampleCallback.redirect, actions: 1),
        DocumentedShape(name: "payment id at the root", body: flatPayment),
        DocumentedShape(name: "transaction", body: SampleCallback.transaction),
        DocumentedShape(
            name: "transaction without operations", body: SampleCallback.transaction.with("operations", nil)),
        DocumentedShape(
            name: "transaction that waits",
            body: SampleCallback.transaction.with("operations", nil)
                .with("payment.status", "awaiting 3ds result"), actions: 0),
        DocumentedShape(name: "token", body: SampleCallback.token),
        DocumentedShape(name: "recurring", body: SampleCallback.recurring),
        DocumentedShape(name: "redirect only", body: SampleCallback.redirectOnly),
        DocumentedShape(name: "errors", body: SampleCallback.errors),
    ]

    /// Without amount and currency in the payment: beside a project in `general` and a member that requests
    /// have too, these are a request's (`RequestRule`).
    private static let flatPayment = OrdinaryCallback.paymentIDAtRoot
        .with("payment.amount", nil).with("payment.currency", nil)
}
