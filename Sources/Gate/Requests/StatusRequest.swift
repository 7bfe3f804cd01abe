// SPDX-License-Identifier: Apache-2.0

/// The status of a payment: `POST /v2/payment/status`. The platform answers it 10 s after the purchase at the
/// earliest.
public struct StatusRequest: GateRequest, Equatable {
    public var paymentID: String
    /// Any further parameters.
    public var additional: [Parameter]

    public init(paymentID: String, additional: [Parameter] = []) {
        self.paymentID = paymentID
        self.additional = additional
    }

    public func path() throws(InvalidRequest) -> String { "/v2/payment/status" }

    public func parameters(project: Int64, semicolons: SemicolonPolicy) throws(InvalidRequest) -> JSONValue {
        var set = ParameterSet(semicolons: semicolons)
        set.setProject("general.project_id", project)
        set.setText("general.payment_id", paymentID, isRequired: true)
        set.set(additional)
        return try set.finish()
    }
}
