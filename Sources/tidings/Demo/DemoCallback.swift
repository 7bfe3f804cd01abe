// SPDX-License-Identifier: Apache-2.0
import Payments

/// A callback as the platform's page on Banks of Cambodia purchases shows it, with what the demo varies:
/// each payment has an id and a separate operation, and the dates are of today.
struct DemoCallback {
    var paymentID: String
    var operationID: Int
    var status: String
    /// Seconds since 1970 of `operation.date` and `payment.date`.
    var date: Int64
    /// `redirect_data{…}`: where the customer is to be sent; nil once there is nothing to be done.
    var redirectURL: String?

    /// The id of the project in the page's example.
    static let projectID = 1234

    /// The body without its signature.
    var body: String {
        """
        {"project_id": \(Self.projectID),
         "payment": {"id": "\(paymentID)", "type": "purchase", "status": "\(status)", "date": "\(moment(date))",
          "method": "Banks Cambodia", "sum": {"amount": 10000, "currency": "USD"}, "description": ""},
         "customer": {"id": "customer_123"},\(redirect)
         "operation": {"id": \(operationID), "type": "sale", "status": "\(status)", "date": "\(moment(date))",
          "created_date": "\(moment(date - 40))", "request_id": "1a23456bc7890de-\(operationID)",
          "sum_initial": {"amount": 10000, "currency": "USD"}, "sum_converted": {"amount": 10000, "currency": "USD"},
          "code": "\(code.number)", "message": "\(code.message)",
          "provider": {"id": 12345, "payment_id": "123abc123-123", "auth_code": ""}}}
        """
    }

    private var redirect: String {
        guard let redirectURL else { return "" }
        return """

             "redirect_data": {"method": "GET", "body": [], "encrypted": [], "url": "\(redirectURL)"},
            """
    }

    private var code: (number: Int, message: String) {
        switch status {
        case "success": (0, "Success")
        case "decline": (20000, "General decline")
        default: (9999, "Awaiting processing")
        }
    }

    /// The platform's spelling: no colon in the offset.
    private func moment(_ seconds: Int64) -> String {
        var text: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &text, .seconds)
        return String(decoding: text.dropLast(), as: UTF8.self) + "+0000"
    }
}
