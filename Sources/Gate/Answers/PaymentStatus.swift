// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What the platform knows of a payment.
public struct PaymentStatus: Sendable, Equatable {
    public var paymentID: String
    /// As the platform spells it.
    public var status: String
    /// By the status table; `unknown` for a status that it does not have.
    public var statusClass: StatusClass
    public var money: Money?
    public var method: String?
    /// As the platform writes it.
    public var date: String?
    /// In the order of the answer.
    public var operations: [Operation]
    /// The whole answer.
    public var json: JSONValue

    public struct Operation: Sendable, Equatable {
        public var id: Int64?
        public var type: String?
        public var status: String?
        public var date: String?
        public var code: String?
        public var message: String?
        public var requestID: String?

        init(_ json: JSONValue) {
            id = json["id"]?.integer
            type = json["type"]?.text
            status = json["status"]?.text
            date = json["date"]?.text
            code = json["code"]?.text
            message = json["message"]?.text
            requestID = json["request_id"]?.text
        }
    }

    /// - Returns: nil where the answer contains no payment with an id and a status.
    package init?(_ json: JSONValue) {
        guard let payment = json["payment"], let id = payment["id"]?.text, !id.isEmpty,
            let status = payment["status"]?.text, !status.isEmpty
        else { return nil }
        paymentID = id
        self.status = status
        statusClass = Status.payment(Array(status.utf8).span).statusClass
        if let amount = payment["sum"]?["amount"]?.integer, let currency = payment["sum"]?["currency"]?.text {
            money = Money(amount, currency)
        } else {
            money = nil
        }
        method = payment["method"]?.text
        date = payment["date"]?.text
        let elements = json["operations"]?.elements ?? json["operation"].map { [$0] } ?? []
        operations = elements.map { Operation($0) }
        self.json = json
    }
}
