// SPDX-License-Identifier: Apache-2.0
import Platform

/// A callback of a purchase that succeeded, as the platform's page on Banks of Cambodia purchases shows it,
/// with its dates of today.
struct DemoCallback {
    /// Seconds since 1970 of `operation.date` and `payment.date`.
    var date: Int64

    /// The id of the project in the page's example.
    static let projectID = 1234

    /// The body without its signature.
    var body: String {
        let moment = PlatformDate.text(date)
        return """
            {"project_id": \(Self.projectID),
             "payment": {"id": "payment_50", "type": "purchase", "status": "success", "date": "\(moment)",
              "method": "Banks Cambodia", "sum": {"amount": 10000, "currency": "USD"}, "description": ""},
             "customer": {"id": "customer_123"},
             "operation": {"id": 50, "type": "sale", "status": "success", "date": "\(moment)",
              "created_date": "\(PlatformDate.text(date - 40))", "request_id": "1a23456bc7890de-50",
              "sum_initial": {"amount": 10000, "currency": "USD"}, "sum_converted": {"amount": 10000, "currency": "USD"},
              "code": "0", "message": "Success",
              "provider": {"id": 12345, "payment_id": "123abc123-123", "auth_code": ""}}}
            """
    }
}
