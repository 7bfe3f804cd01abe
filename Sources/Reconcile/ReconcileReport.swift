// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Payments

/// A plan and results, for a person and for a script.
public enum ReconcileReport {
    /// What would be asked, as a table.
    public static func text(_ plan: [WaitingPayment]) -> String {
        if plan.isEmpty {
            return "Every payment has a final status, or is too young or too old to ask about.\n"
        }
        var rows = [["PROJECT", "PAYMENT", "STATUS", "LAST EVENT"]]
        for payment in plan {
            rows.append([
                "\(payment.projectID)", payment.paymentID, payment.status.isEmpty ? "-" : payment.status,
                payment.lastEventAt.map { $0.text } ?? "none",
            ])
        }
        let count = plan.count == 1 ? "1 payment" : "\(plan.count) payments"
        return ReportTable.lines(rows)
            + "\nThe platform would be asked about \(count). Nothing was sent; --execute sends it.\n"
    }

    /// A payment of a plan, as one line of JSON.
    public static func json(_ payment: WaitingPayment) -> [UInt8] {
        line(members(payment))
    }

    /// What came of a payment, for a person.
    public static func text(_ payment: WaitingPayment, _ result: ReconcileResult) -> String {
        ReportTable.escape("\(payment.projectID):\(payment.paymentID)  \(sentence(result))") + "\n"
    }

    /// The same as one line of JSON.
    public static func json(_ payment: WaitingPayment, _ result: ReconcileResult) -> [UInt8] {
        var members = members(payment) + [.init("result", .string(result.name))]
        switch result {
        case .answered(let status, let written, let unchanged, let unusable):
            members += [
                .init("platform_status", .string(status)), .init("written", .integer(written)),
                .init("unchanged", .integer(unchanged)), .init("unusable", .integer(unusable)),
            ]
        case .notFound(let refusal), .refused(let refusal):
            members += [
                .init("code", refusal.code.map { .string($0) } ?? .null),
                .init("message", refusal.message.map { .string($0) } ?? .null),
            ]
        case .unanswered(let reason), .unwritten(let reason): members.append(.init("reason", .string(reason)))
        case .withoutKey: break
        }
        return line(members)
    }

    private static func sentence(_ result: ReconcileResult) -> String {
        switch result {
        case .answered(let status, let written, let unchanged, let unusable):
            let parts = [(written, "written"), (unchanged, "unchanged"), (unusable, "unusable")]
            let counts = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            return "\(status): \(counts.isEmpty ? "no operations" : counts)"
        case .notFound(let refusal): return "not found: \(refusal)"
        case .refused(let refusal): return "refused: \(refusal)"
        case .unanswered(let reason): return "no answer: \(reason)"
        case .unwritten(let reason): return "not written: \(reason)"
        case .withoutKey: return "the keys file has no active key of the project"
        }
    }

    private static func members(_ payment: WaitingPayment) -> [JSONValue.Member] {
        [
            .init("project_id", .integer(payment.projectID)), .init("payment_id", .string(payment.paymentID)),
            .init("status", payment.status.isEmpty ? .null : .string(payment.status)),
            .init("last_event_at", payment.lastEventAt.map { .string($0.text) } ?? .null),
        ]
    }

    private static func line(_ members: [JSONValue.Member]) -> [UInt8] {
        JSONValue.object(members).encoded + [UInt8(ascii: "\n")]
    }
}

extension Timestamp {
    /// RFC 3339, UTC.
    fileprivate var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes, .seconds)
        return String(decoding: bytes, as: UTF8.self)
    }
}
