// SPDX-License-Identifier: Apache-2.0

/// The platform has accepted a request. The result of the payment follows in callbacks.
public struct Acknowledgement: Sendable, Equatable {
    /// The platform's id of the request.
    public var requestID: String?
    public var projectID: Int64?
    public var paymentID: String?
    /// The whole answer.
    public var json: JSONValue

    /// - Returns: nil where the answer does not report success.
    init?(_ json: JSONValue) {
        guard json["status"]?.text?.lowercased() == "success" else { return nil }
        requestID = json["request_id"]?.text
        projectID = json["project_id"]?.integer
        paymentID = json["payment_id"]?.text
        self.json = json
    }
}
