// SPDX-License-Identifier: Apache-2.0
package import Gate
package import Payments

/// The callbacks that an answer to a status request becomes: one of the base shape for each of its
/// operations, by date, signed with the project's key. So a worker verifies, checks and decides them as it
/// does the platform's own.
///
/// The answer has the payment's latest status and amount, not those of each operation's time. So only the
/// callback of the newest operation carries them. An older one leaves them out: a guess would contradict the
/// event that was published of it, and what a callback leaves out is not a difference.
package struct AnswerCallbacks {
    package struct Callback: Equatable {
        package var operationID: Int64
        package var date: Timestamp
        /// The body, signed.
        package var body: [UInt8]
    }

    package private(set) var callbacks: [Callback] = []
    /// Operations in an intermediate status that was published with this date. Their own callback may have
    /// carried an action, which the answer does not have: to write them again would publish a status without
    /// it.
    package private(set) var unchanged = 0
    /// Operations of which no callback can be made: without id, status or date, or too large.
    package private(set) var unusable = 0

    /// What a body may be, as the ingress and the workers have it.
    package struct Limits {
        var json: JSONLimits
        var bodyBytes: Int
        /// How far the dates of one status may be apart.
        var dateTolerance: Duration

        package init(json: JSONLimits, bodyBytes: Int, dateTolerance: Duration) {
            self.json = json
            self.bodyBytes = bodyBytes
            self.dateTolerance = dateTolerance
        }
    }

    package init(
        _ answer: PaymentStatus, of payment: WaitingPayment, signedBy key: ReconcileKey, _ limits: Limits
    ) {
        var operations: [(id: Int64, date: Timestamp, json: JSONValue)] = []
        for json in answer.operationMembers {
            guard let id = json["id"]?.integer, id > 0, json["status"]?.text?.isEmpty == false,
                let date = json["date"]?.text.flatMap({ Timestamp(Array($0.utf8).span.bytes) })
            else {
                unusable += 1
                continue
            }
            operations.append((id, date, json))
        }
        operations.sort { ($0.date, $0.id) < ($1.date, $1.id) }
        var signer = Signer(secret: key.secret, limits: limits.json)
        for (index, operation) in operations.enumerated() {
            let isNewest = index == operations.count - 1
            if Self.isUnchanged(operation, isNewest: isNewest, answer, payment, limits) {
                unchanged += 1
                continue
            }
            let body = Self.body(answer, operation.json, isNewest: isNewest, project: key.projectID).encoded
            guard let signed = try? signer.sign(body.span.bytes), signed.count <= limits.bodyBytes else {
                unusable += 1
                continue
            }
            callbacks.append(Callback(operationID: operation.id, date: operation.date, body: signed))
        }
    }

    private static func isUnchanged(
        _ operation: (id: Int64, date: Timestamp, json: JSONValue), isNewest: Bool, _ answer: PaymentStatus,
        _ payment: WaitingPayment, _ limits: Limits
    ) -> Bool {
        guard let published = payment.operations[operation.id],
            let text = operation.json["status"]?.text
        else { return false }
        let status = Status.operation(Array(text.utf8).span)
        guard !status.isFinal, Self.isEqual(text, published.status, as: Status.operation),
            published.updatedAt <= operation.date + limits.dateTolerance,
            operation.date <= published.updatedAt + limits.dateTolerance
        else { return false }
        return !isNewest || Self.isEqual(answer.status, payment.status, as: Status.payment)
    }

    private static func isEqual(_ left: String, _ right: String, as status: (Span<UInt8>) -> Status) -> Bool {
        let (first, second) = (status(Array(left.utf8).span), status(Array(right.utf8).span))
        return first.isKnown || second.isKnown ? first == second : left == right
    }

    // MARK: The body

    private static let paymentMembers = ["id", "type", "method", "description"]
    private static let latestMembers = ["status", "date"]
    private static let operationMembers = [
        "id", "type", "status", "date", "created_date", "request_id", "code", "message", "eci",
    ]
    private static let sums = ["sum_initial", "sum_converted"]
    private static let providerMembers = ["id", "payment_id", "auth_code", "endpoint_id", "date"]

    private static func body(
        _ answer: PaymentStatus, _ operation: JSONValue, isNewest: Bool, project: Int64
    ) -> JSONValue {
        let json = answer.json
        var payment = scalars(paymentMembers + (isNewest ? latestMembers : []), of: json["payment"])
        if isNewest { payment += sum("sum", of: json["payment"]) }
        var members: [JSONValue.Member] = [
            .init("project_id", .integer(project)), .init("payment", .object(payment)),
        ]
        let customer = scalars(["id", "phone"], of: json["customer"])
        if !customer.isEmpty { members.append(.init("customer", .object(customer))) }
        var parts = scalars(operationMembers, of: operation)
        for name in sums { parts += sum(name, of: operation) }
        let provider = scalars(providerMembers, of: operation["provider"])
        if !provider.isEmpty { parts.append(.init("provider", .object(provider))) }
        members.append(.init("operation", .object(parts)))
        return .object(members)
    }

    private static func sum(_ name: String, of json: JSONValue?) -> [JSONValue.Member] {
        let parts = scalars(["amount", "currency"], of: json?[name])
        return parts.isEmpty ? [] : [.init(name, .object(parts))]
    }

    /// The members of an object that are texts or numbers, as they are.
    private static func scalars(_ names: [String], of json: JSONValue?) -> [JSONValue.Member] {
        names.compactMap { name in
            guard let value = json?[name], value.text != nil else { return nil }
            return .init(name, value)
        }
    }
}

extension PaymentStatus {
    /// The operations of the answer as they are.
    fileprivate var operationMembers: [JSONValue] {
        if case .array(let elements)? = json["operations"] { return elements }
        return json["operation"].map { [$0] } ?? []
    }
}
