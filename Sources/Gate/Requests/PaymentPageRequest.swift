// SPDX-License-Identifier: Apache-2.0

/// A purchase through Payment Page: the parameters of the checkout page.
public struct PaymentPageRequest: Sendable, Equatable {
    /// Unique in the project.
    public var paymentID: String
    public var money: Money
    /// Unique in the project.
    public var customerID: String?
    public var customerEmail: String?
    public var accountCustomerName: String?
    /// Skips the page on which the customer chooses a method, such as `banks-cambodia`.
    public var forcePaymentMethod: String?
    /// Any further parameters.
    public var additional: [Parameter]

    public init(
        paymentID: String, money: Money, customerID: String? = nil, customerEmail: String? = nil,
        accountCustomerName: String? = nil, forcePaymentMethod: String? = nil, additional: [Parameter] = []
    ) {
        self.paymentID = paymentID
        self.money = money
        self.customerID = customerID
        self.customerEmail = customerEmail
        self.accountCustomerName = accountCustomerName
        self.forcePaymentMethod = forcePaymentMethod
        self.additional = additional
    }

    /// The checked parameters without the signature, in the order of the provider's page.
    public func parameters(project: Int64, semicolons: SemicolonPolicy) throws(InvalidRequest) -> JSONValue {
        var set = ParameterSet(semicolons: semicolons)
        set.setProject("project_id", project)
        set.setText("payment_id", paymentID, isRequired: true)
        set.setText("customer_id", customerID)
        set.setEmail("customer_email", customerEmail)
        set.setText("account_customer_name", accountCustomerName)
        // A page in another mode, such as card verification, may ask for nothing.
        let hasMode = additional.contains { $0.path == "mode" }
        set.setAmount("payment_amount", "payment_currency", money, least: hasMode ? 0 : 1)
        set.setText("force_payment_method", forcePaymentMethod)
        for parameter in additional where parameter.path.keys.count > 1 {
            set.refuse("\(parameter.path)", "has a dot, but Payment Page has no nested parameters")
        }
        for parameter in additional {
            switch parameter.value {
            case .string, .number, .bool: break
            case .null, .array, .object:
                set.refuse("\(parameter.path)", "is not a string, a number, true or false")
            }
        }
        set.set(additional)
        return try set.finish()
    }
}
