// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport

/// Callbacks as merchants really get them, none of which may be held back: every shape, status and type,
/// names in many scripts, addresses with query strings, messages with punctuation, and members that we do not
/// know.
struct OrdinaryCallback: Sendable {
    var name: String
    var body: JSONDraft
    /// Facts that it must report, as `Reported` names them.
    var facts: [String: String] = [:]

    static let all: [OrdinaryCallback] = [
        paymentStatuses, operationStatuses, types, texts, messages, addresses, money, flows, actions, formats,
        shapes, unknownMembers, samples,
    ].flatMap { $0 }

    private static let base = SampleCallback.success

    // MARK: Statuses and types

    private struct StatusFile: Decodable {
        struct Row: Decodable {
            struct Side: Decodable {}

            var name: String
            var payment: Side?
            var operation: Side?
        }

        var statuses: [Row]
    }

    private static let rows: [StatusFile.Row] = {
        do {
            let data = try Data(contentsOf: Repository.file("schemas/statuses.json"))
            return try JSONDecoder().decode(StatusFile.self, from: data).statuses
        } catch {
            preconditionFailure("the list of statuses cannot be read: \(error)")
        }
    }()

    private static let operationTypes = [
        "sale", "auth", "capture", "cancel", "incremental", "reversal", "refund", "refund reverse",
        "recurring",
        "recurring update", "recurring cancel", "recurring_update", "payout", "account verification",
        "invoice",
        "payment confirmation", "contract registration", "capture settlement", "customer action",
        "manual change", "commission", "create_cash_voucher",
    ]

    private static let paymentTypes = [
        "purchase", "recurring", "invoice", "money transfer", "payout", "account verification",
        "account_verification",
    ]

    private static let otherSpellings = [
        "cancelled", "invoice cancelled", "partially paid out", "Success", "some new status",
    ]

    private static let paymentStatuses: [OrdinaryCallback] = {
        let known = rows.filter { $0.payment != nil }.map(\.name) + otherSpellings
        return known.flatMap { (status: String) -> [OrdinaryCallback] in
            let transaction = SampleCallback.transaction.with("operations", nil)
            return [
                OrdinaryCallback(
                    name: "payment \(status)", body: base.with("payment.status", .text(status)),
                    facts: ["payment.status": status]),
                OrdinaryCallback(
                    name: "transaction \(status)", body: transaction.with("payment.status", .text(status)),
                    facts: ["payment.status": status, "operation.status": status]),
            ]
        }
    }()

    private static let operationStatuses: [OrdinaryCallback] = {
        let processing = base.with("payment.status", "processing")
        return rows.filter { $0.operation != nil }.map { row in
            OrdinaryCallback(
                name: "operation \(row.name)", body: processing.with("operation.status", .text(row.name)),
                facts: ["operation.status": row.name, "payment.status": "processing"])
        }
    }()

    private static let types: [OrdinaryCallback] = {
        var all: [OrdinaryCallback] = []
        for type in operationTypes {
            let body = base.with("operation.type", .text(type))
            all.append(OrdinaryCallback(name: "type \(type)", body: body, facts: ["operation.type": type]))
        }
        for type in paymentTypes {
            let body = base.with("payment.type", .text(type))
            all.append(
                OrdinaryCallback(name: "payment type \(type)", body: body, facts: ["payment.type": type]))
        }
        return all
    }()

    // MARK: Texts

    private static let names = [
        "សុខ ដារ៉ា", "ចាន់ សុភា", "Дмитрий Иванов-Петров", "Ольга О'Нил", "王小明", "陳大文（先生）", "محمد علي", "José Ñúñez",
        "Jean-Luc d'Arc", "Smith, John", "O'Brien & Sons", "Müller/Meier", "Li Wei 李伟", "नरेन्द्र", "שרה כהן",
        "Nguyễn Văn A", "🙂 Shop", "A:B", "id: 5", "Anna; Maria", "x;y", "\u{65}\u{301}", "NULL", "true", "0",
        "",
    ]

    private static let descriptions = [
        "Order 1", "Order #1: keyboard, black", "Заказ №5; доставка: курьером", "订单5：键盘", "ការបញ្ជាទិញ ៥",
        "Invoice 5/2024 (USD 10.00)", "Payment: order_5", "a; b; c", "Top-up +855 12 345 678; thanks!",
        "50% off; code \"SUMMER\"", "Q&A; <b>bold</b>", "line one\nline two", "tab\there", "C:\\path",
        "https://shop.example/order/5?id=1;v=2", "Order; mode: express", "status: success", "{\"a\":1}",
        "operation", ";", ";;", "a;", ":", "payment :id:5", "Декларация; оплата за услуги: связь",
    ]

    private static let texts: [OrdinaryCallback] = {
        var all: [OrdinaryCallback] = []
        for name in names {
            let body = base.with("customer.id", .text(name)).with("account", ["customer_name": .text(name)])
                .with("card", ["holder": .text(name), "number": "424242******4242"])
            all.append(
                OrdinaryCallback(
                    name: "named \(name)", body: body, facts: name.isEmpty ? [:] : ["customer.id": name]))
        }
        for text in descriptions {
            all.append(
                OrdinaryCallback(
                    name: "described \(text)", body: base.with("payment.description", .text(text)),
                    facts: ["payment.description": text]))
        }
        return all
    }()

    /// The platform's own list of codes and messages, and what banks add to them.
    private static let messages: [OrdinaryCallback] = {
        let table = (try? TestData.bytes("response_codes.tsv")) ?? []
        let rows = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
        let known = rows.map { row in
            let fields = row.split(separator: "\t", maxSplits: 1).map(String.init)
            return (fields[0], fields.count > 1 ? fields[1] : "")
        }
        let banks = [
            "Declined; insufficient funds", "Do not honour: code 05", "Refused (51); call your bank",
            "3-D Secure failed; see https://acs.example/help?x=1;y=2", "ไม่สำเร็จ; ยอดเงินไม่พอ",
            "Отказ; недостаточно средств",
            "Error: limit exceeded; max: 100 USD", "E;51", "[51] Declined;",
            "Declined;insufficient funds: call",
            "Time-out; try again later; ref 12:45:01", "Declined;see:faq", "status=failed;reason=limit",
        ].map { ("20000", $0) }
        return (known + banks).map { code, message in
            OrdinaryCallback(
                name: "message \(message)",
                body: base.with("payment.status", "decline").with("operation.status", "decline")
                    .with("operation.code", .text(code)).with("operation.message", .text(message)),
                facts: message.isEmpty ? [:] : ["operation.message": message, "operation.code": code])
        }
    }()

    private static let addresses: [OrdinaryCallback] = [
        "https://bank.example/pay?id=1&token=abc", "https://bank.example/pay?a=1;b=2;c=3",
        "https://bank.example:8443/p/a:b/c?x=y#frag", "abapay://checkout?data=eyJ%3D;v=1",
        "https://банк.example/оплата?имя=Иван", "intent://pay#Intent;scheme=bank;package=com.bank;end",
        "https://bank.example/;jsessionid=1A2B?next=https://shop.example/?x=1:2",
        "https://a.example/?u=https%3A%2F%2Fb.example;t=12:30:00", "http://127.0.0.1/",
        "weixin://wxpay/bizpayurl?pr=Z",
    ].map { url in
        OrdinaryCallback(
            name: "address \(url)", body: SampleCallback.redirect.with("redirect_data.url", .text(url)),
            facts: ["action.url": url, "action.kind": "redirect"])
    }
}
