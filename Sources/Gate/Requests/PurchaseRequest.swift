// SPDX-License-Identifier: Apache-2.0

/// A purchase through Gate: `POST /v2/payment/banks/{method}/sale`.
public struct PurchaseRequest: GateRequest, Equatable {
    /// The payment method in the path; `cambodia` is Banks of Cambodia.
    public var method: String
    /// Unique in the project. A second purchase with the same id is refused by the platform.
    public var paymentID: String
    public var money: Money
    public var customer: Customer
    public var account: Account
    public var returnURL: ReturnURL
    /// Any further parameters.
    public var additional: [Parameter]

    public struct Customer: Sendable, Equatable {
        /// Unique in the project.
        public var id: String
        /// The address of the customer's device, IPv4 or IPv6.
        public var ipAddress: String
        public var email: String?

        public init(id: String, ipAddress: String, email: String? = nil) {
            self.id = id
            self.ipAddress = ipAddress
            self.email = email
        }
    }

    public struct Account: Sendable, Equatable {
        /// The customer's bank, from the list of banks. Banks of Cambodia require it.
        public var bankID: Int64?
        public var customerName: String?

        public init(bankID: Int64? = nil, customerName: String? = nil) {
            self.bankID = bankID
            self.customerName = customerName
        }
    }

    /// Where the customer returns to. Without any of them the platform uses the URL of the project.
    public struct ReturnURL: Sendable, Equatable {
        public var success: String?
        public var decline: String?
        /// After leaving early, and wherever one of the other two is missing.
        public var `return`: String?

        public init(success: String? = nil, decline: String? = nil, return: String? = nil) {
            self.success = success
            self.decline = decline
            self.return = `return`
        }
    }

    public init(
        method: String = "cambodia", paymentID: String, money: Money, customer: Customer,
        account: Account = Account(), returnURL: ReturnURL = ReturnURL(), additional: [Parameter] = []
    ) {
        self.method = method
        self.paymentID = paymentID
        self.money = money
        self.customer = customer
        self.account = account
        self.returnURL = returnURL
        self.additional = additional
    }

    public func path() throws(InvalidRequest) -> String {
        "/v2/payment/banks/\(try PathName.check(method, "method"))/sale"
    }

    public func parameters(project: Int64, semicolons: SemicolonPolicy) throws(InvalidRequest) -> JSONValue {
        var set = ParameterSet(semicolons: semicolons)
        set.setProject("general.project_id", project)
        set.setText("general.payment_id", paymentID, isRequired: true)
        set.setText("customer.id", customer.id, isRequired: true)
        set.setIPAddress("customer.ip_address", customer.ipAddress, isRequired: true)
        set.setEmail("customer.email", customer.email)
        set.setBank("account.bank_id", account.bankID, isRequired: method == "cambodia")
        set.setText("account.customer_name", account.customerName)
        set.setAmount("payment.amount", "payment.currency", money)
        set.setURL("return_url.success", returnURL.success)
        set.setURL("return_url.decline", returnURL.decline)
        set.setURL("return_url.return", returnURL.return)
        set.set(additional)
        return try set.finish()
    }
}
