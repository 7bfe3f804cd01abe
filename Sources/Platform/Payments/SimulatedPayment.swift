// SPDX-License-Identifier: Apache-2.0
internal import Gate

/// A payment as the simulator keeps it.
struct SimulatedPayment: Sendable, Equatable {
    var projectID: Int64
    /// As the merchant sent it. The platform compares ids without regard to case.
    var id: String
    var money: Money
    var customerID: String?
    var description = ""
    var type = "purchase"
    var method = "Banks Cambodia"
    var status: String
    /// Seconds since 1970.
    var date: Int64
    /// What remains of the amount after refunds.
    var remaining: Int64
    var operations: [Operation]
    /// Where the customer returns to.
    var returnURL = PurchaseRequest.ReturnURL()
    /// The name of its pages, which cannot be guessed.
    var token: String
    /// Whether the customer came through Payment Page, to which the bank then returns.
    var isFromPage = false
    /// The callback URL of this payment alone.
    var callbackURL: String?

    struct Operation: Sendable, Equatable {
        var id: Int64
        var type = "sale"
        var status: String
        /// Seconds since 1970.
        var date: Int64
        var createdDate: Int64
        var requestID: String
        var amount: Int64
        var code: String
        var message: String
        var providerPaymentID: String
    }

    var key: Key { Key(projectID: projectID, id: id) }

    /// Names a payment.
    struct Key: Sendable, Hashable {
        let projectID: Int64
        let foldedID: String

        init(projectID: Int64, id: String) {
            self.projectID = projectID
            foldedID = id.lowercased()
        }
    }

    /// The code and message that go with a status.
    static func code(for status: String) -> (code: String, message: String) {
        switch status {
        case "success", "refunded", "partially refunded": ("0", "Success")
        case "decline": ("20000", "General decline")
        default: ("9999", "Awaiting processing")
        }
    }
}
