// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// A payment as a line of a ``PaymentFile``.
extension SimulatedPayment {
    var record: JSONValue {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return .object([
            .init("project_id", .integer(projectID)), .init("payment_id", .string(id)),
            .init("amount", .integer(money.amount)), .init("currency", .string(money.currency)),
            .init("customer_id", text(customerID)), .init("description", .string(description)),
            .init("type", .string(type)), .init("method", .string(method)), .init("status", .string(status)),
            .init("date", .integer(date)), .init("remaining", .integer(remaining)),
            .init("operations", .array(operations.map(\.record))),
            .init("success", text(returnURL.success)), .init("decline", text(returnURL.decline)),
            .init("return", text(returnURL.return)), .init("token", .string(token)),
            .init("is_from_page", .bool(isFromPage)), .init("callback_url", text(callbackURL)),
        ])
    }

    init?(record json: JSONValue) {
        guard let projectID = json["project_id"]?.integer, let id = json["payment_id"]?.text,
            let amount = json["amount"]?.integer, let currency = json["currency"]?.text,
            let status = json["status"]?.text, let date = json["date"]?.integer,
            let remaining = json["remaining"]?.integer, let token = json["token"]?.text,
            case .array(let elements)? = json["operations"]
        else { return nil }
        let operations = elements.compactMap { Operation(record: $0) }
        guard operations.count == elements.count else { return nil }
        self.init(
            projectID: projectID, id: id, money: Money(amount, currency),
            customerID: json["customer_id"]?.text, description: json["description"]?.text ?? "",
            type: json["type"]?.text ?? "purchase", method: json["method"]?.text ?? "", status: status,
            date: date, remaining: remaining, operations: operations,
            returnURL: ReturnURL(
                success: json["success"]?.text, decline: json["decline"]?.text,
                return: json["return"]?.text), token: token, isFromPage: json["is_from_page"] == .bool(true),
            callbackURL: json["callback_url"]?.text)
    }
}

extension SimulatedPayment.Operation {
    fileprivate var record: JSONValue {
        .object([
            .init("id", .integer(id)), .init("type", .string(type)), .init("status", .string(status)),
            .init("date", .integer(date)), .init("created_date", .integer(createdDate)),
            .init("request_id", .string(requestID)), .init("amount", .integer(amount)),
            .init("code", .string(code)), .init("message", .string(message)),
            .init("provider_payment_id", .string(providerPaymentID)),
        ])
    }

    fileprivate init?(record json: JSONValue) {
        guard let id = json["id"]?.integer, let type = json["type"]?.text, let status = json["status"]?.text,
            let date = json["date"]?.integer, let created = json["created_date"]?.integer,
            let requestID = json["request_id"]?.text, let amount = json["amount"]?.integer,
            let code = json["code"]?.text, let message = json["message"]?.text,
            let provider = json["provider_payment_id"]?.text
        else { return nil }
        self.init(
            id: id, type: type, status: status, date: date, createdDate: created, requestID: requestID,
            amount: amount, code: code, message: message, providerPaymentID: provider)
    }
}
