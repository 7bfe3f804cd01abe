// SPDX-License-Identifier: Apache-2.0
public import Payments

/// What a callback reports, without what is personal: ids, types, statuses, sums and dates.
public struct CallbackSummary: Sendable, Equatable {
    /// An amount as sent: in minor units where the currency has them.
    public struct Sum: Sendable, Equatable {
        public var amount: Int64
        public var currency: String
    }

    public var operationID: Int64?
    public var operationType: String?
    public var operationStatus: String?
    public var requestID: String?
    /// When the operation took its status, as the platform says.
    public var date: Timestamp?
    public var operationSum: Sum?
    public var paymentStatus: String?
    public var paymentSum: Sum?
    /// What it reports where it is not an operation.
    public var subject: String?
    /// What there is to show the customer.
    public var action: String?

    init(_ callback: borrowing Callback) {
        let bytes = callback.bytes
        func text(_ text: ByteRange) -> String? {
            text.isEmpty ? nil : String(decoding: bytes[text.range], as: UTF8.self)
        }
        func sum(_ money: Callback.Money?) -> Sum? {
            money.map { Sum(amount: $0.amount, currency: text($0.currency) ?? "") }
        }
        paymentStatus = text(callback.payment.status)
        paymentSum = sum(callback.payment.sum)
        action = callback.action.map { "\($0.kind.name)" }
        switch callback.shape {
        case .operation, .transaction:
            let operation = callback.operation
            operationID = operation.id
            operationType = text(operation.type)
            operationStatus = text(operation.status)
            requestID = text(operation.requestID)
            date = operation.date
            operationSum = sum(operation.sumInitial)
        case .token:
            subject = "token"
            operationStatus = text(callback.token.status)
            requestID = text(callback.request.id)
        case .recurring:
            subject = "recurring"
            operationStatus = text(callback.recurring.status)
        case .redirect: subject = "redirect"
        case .errors: subject = "errors"
        }
    }
}
