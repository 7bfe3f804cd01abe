// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// A payment as a line of a ``PaymentFile``.
extension SimulatedPayment {
    var record: JSONValue {
        [
            "project_id": .integer(projectID), "payment_id": .string(id), "amount": .integer(money.amount),
            "currency": .string(money.currency), "customer_id": .stringOrNull(customerID),
            "description": .string(description), "type": .string(type), "method": .string(method),
            "status": .string(status), "date": .integer(date), "remaining": .integer(remaining),
            "operations": .array(operations.map(\.record)), "success": .stringOrNull(returnURL.success),
            "decline": .stringOrNull(returnURL.decline), "return": .stringOrNull(returnURL.return),
            "token": .string(token), "is_from_page": .bool(isFromPage),
            "callback_url": .stringOrNull(callbackURL),
        ]
    }

    init?(record json: JSONValue) {
        guard let projectID = json["project_id"]?.integer, let id = json["payment_id"]?.text,
            let amount = json["amount"]?.integer, let currency = json["currency"]?.text,
            let status = json["status"]?.text, let date = json["date"]?.integer,
            let remaining = json["remaining"]?.integer, let token = json["token"]?.text,
            let elements = json["operations"]?.elements
        else { return nil }
        let operations = elements.compactMap { Operation(record: $0) }
        guard operations.count == elements.count else { return nil }
        self.init(
            projectID: projectID, id: id, money: Money(amount, currency),
            customerID: json["customer_id"]?.text, description: json["description"]?.text ?? "",
            type: json["type"]?.text ?? "purchase", method: json["method"]?.text ?? "", status: status,
            date: date, remaining: remaining, operations: operations,
            returnURL: .init(
                success: json["success"]?.text, decline: json["decline"]?.text,
                return: json["return"]?.text), token: token, isFromPage: json["is_from_page"] == .bool(true),
            callbackURL: json["callback_url"]?.text)
    }
}

extension SimulatedPayment.Operation {
    fileprivate var record: JSONValue {
        [
            "id": .integer(id), "type": .string(type), "status": .string(status), "date": .integer(date),
            "created_date": .integer(createdDate), "request_id": .string(requestID),
            "amount": .integer(amount), "code": .string(code), "message": .string(message),
            "provider_payment_id": .string(providerPaymentID),
        ]
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
