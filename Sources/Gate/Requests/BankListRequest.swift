// SPDX-License-Identifier: Apache-2.0

/// The banks of a method: `POST /v2/info/banks/banks/{method}/{operation}/list`.
public struct BankListRequest: GateRequest, Equatable {
    public var childMethod: String
    public var operation: String
    /// Unique in the project; that of the payment where there is one already.
    public var paymentID: String
    public var money: Money
    /// Any further parameters.
    public var additional: [Parameter]

    public init(
        childMethod: String = "cambodia", operation: String = "sale",
        paymentID: String, money: Money, additional: [Parameter] = []
    ) {
        self.childMethod = childMethod
        self.operation = operation
        self.paymentID = paymentID
        self.money = money
        self.additional = additional
    }

    public func path() throws(InvalidRequest) -> String {
        let names = [
            try PathName.check(childMethod, "method"), try PathName.check(operation, "operation"),
        ]
        return "/v2/info/banks/banks/\(names.joined(separator: "/"))/list"
    }

    public func parameters(project: Int64, semicolons: SemicolonPolicy) throws(InvalidRequest) -> JSONValue {
        var set = ParameterSet(semicolons: semicolons)
        set.setProject("general.project_id", project)
        set.setText("general.payment_id", paymentID, isRequired: true)
        set.setAmount("payment.amount", "payment.currency", money)
        set.set(additional)
        return try set.finish()
    }
}
