// SPDX-License-Identifier: Apache-2.0

/// The result of a purchase for a person, and for a script.
public struct PurchaseReport: Sendable {
    private let outcome: PurchaseOutcome
    private let request: PurchaseRequest
    private let projectID: Int64

    public init(_ outcome: PurchaseOutcome, of request: PurchaseRequest, projectID: Int64) {
        self.outcome = outcome
        self.request = request
        self.projectID = projectID
    }

    /// One JSON object: `outcome`, `payment_id`, `request_id`, `code` and `message`, null where there is
    /// none.
    public var json: JSONValue {
        var (requestID, code, message): (String?, String?, String?)
        switch outcome {
        case .accepted(let id, let status):
            requestID = id
            code = status?.operations.first?.code
            message = status?.operations.first?.message
        case .refused(let refusal):
            requestID = refusal.requestID
            code = refusal.code
            message = refusal.message
        case .notSent(let reason), .unknown(let reason): message = reason
        }
        return [
            "outcome": .string(outcome.name), "payment_id": .string(request.paymentID),
            "request_id": .stringOrNull(requestID), "code": .stringOrNull(code),
            "message": .stringOrNull(message),
        ]
    }

    /// A table, and what happens next.
    public var text: String {
        var rows = [
            ["purchase", Self.word(outcome)], ["payment", "\(projectID):\(request.paymentID)"],
            ["amount", request.money.text],
        ]
        switch outcome {
        case .accepted(let requestID, let status):
            if let requestID { rows.append(["request", requestID]) }
            if let status { rows.append(["status", status.status]) }
        case .refused(let refusal):
            rows.append(["code", refusal.code ?? "none"])
            if let message = refusal.message { rows.append(["message", message]) }
            for detail in refusal.details {
                let parts = [detail.field, detail.code, detail.message].compactMap(\.self)
                rows.append(["", parts.joined(separator: " ")])
            }
            if let requestID = refusal.requestID { rows.append(["request", requestID]) }
        case .notSent(let reason), .unknown(let reason): rows.append(["reason", reason])
        }
        return ReportTable.lines(rows) + "\n" + next + "\n"
    }

    private static func word(_ outcome: PurchaseOutcome) -> String {
        switch outcome {
        case .accepted: "accepted by the platform"
        case .refused: "refused by the platform"
        case .notSent: "not sent"
        case .unknown: "unknown"
        }
    }

    private var next: String {
        let status = ReportTable.escape("tidings status \(projectID):\(request.paymentID)")
        switch outcome {
        case .accepted(_, nil):
            return """
                Next: a callback contains the customer's redirect (payment.action.required on the status topic); a later
                one contains the result. --follow waits for both. `\(status)` asks the platform.
                """
        case .accepted(_, .some):
            return "Next: the result follows in a callback. `\(status)` asks the platform."
        case .refused(let refusal) where refusal.isDuplicatePayment:
            return
                "A payment with this id exists, perhaps from an earlier attempt: `\(status)` asks the platform."
        case .refused: return "Nothing was bought. The same payment id may be sent again."
        case .notSent: return "Nothing was bought: no byte of the request was sent. It may be sent again."
        case .unknown:
            return
                "The purchase may have arrived. Do not buy again, with this payment id or another: run `\(status)`."
        }
    }
}
