// SPDX-License-Identifier: Apache-2.0
public import Gate
internal import System

/// What the simulator reports, as a line of JSON for a script.
public enum PlatformEvent: Sendable {
    case request(path: String, status: Int, paymentID: String?, code: String?)
    case callback(Delivery)

    /// One attempt to deliver a callback.
    public struct Delivery: Sendable {
        public var projectID: Int64
        public var paymentID: String
        public var summary: String
        public var attempt: Int
        /// The status of the answer; nil where there is none.
        public var status: Int?
        public var error: String?
        public var isAccepted: Bool
        /// Until the next attempt; nil where there is none.
        public var nextAfter: Duration?
    }

    static func callback(
        _ callback: OutgoingCallback, status: Int?, error: String?, isAccepted: Bool, nextAfter: Duration?
    ) -> PlatformEvent {
        .callback(
            Delivery(
                projectID: callback.payment.projectID, paymentID: callback.payment.id,
                summary: callback.summary,
                attempt: callback.attempt, status: status, error: error, isAccepted: isAccepted,
                nextAfter: nextAfter))
    }

    public var json: JSONValue {
        switch self {
        case .request(let path, let status, let paymentID, let code):
            [
                "event": "request", "path": .string(path), "status": .integer(status),
                "payment_id": .stringOrNull(paymentID), "code": .stringOrNull(code),
            ]
        case .callback(let delivery):
            [
                "event": "callback", "project_id": .integer(delivery.projectID),
                "payment_id": .string(delivery.paymentID), "callback": .string(delivery.summary),
                "attempt": .integer(delivery.attempt),
                "status": delivery.status.map { .integer($0) } ?? .null,
                "error": .stringOrNull(delivery.error), "accepted": .bool(delivery.isAccepted),
                "next_after_ms": delivery.nextAfter.map { .integer($0.millisecondsRoundedDown) } ?? .null,
            ]
        }
    }
}

extension PlatformEvent {
    /// A line for a person.
    public var text: String {
        switch self {
        case .request(let path, let status, let paymentID, let code):
            let refusal = code.map { ", code \($0)" } ?? ""
            return "POST \(path) \(ReportTable.escape(paymentID ?? "")): HTTP \(status)\(refusal)"
        case .callback(let delivery):
            let answer = delivery.status.map { "HTTP \($0)" } ?? delivery.error ?? "no answer"
            let end = delivery.isAccepted ? "" : ", given up"
            let next = delivery.nextAfter.map { ", again in \($0)" } ?? end
            return
                "callback \(delivery.projectID):\(ReportTable.escape(delivery.paymentID)) \(ReportTable.escape(delivery.summary)), "
                + "attempt \(delivery.attempt): \(ReportTable.escape(answer))\(next)"
        }
    }
}
