// SPDX-License-Identifier: Apache-2.0
import Gate
import WebClient

/// The purchase of the provider's page on Banks of Cambodia, and a client that buys it.
enum Purchase {
    static let key = ProjectKey(projectID: 1234, secret: Array("secret of project 1234".utf8))

    static func request(
        paymentID: String = "payment_47", money: Money = Money(10000, "USD"), additional: [Parameter] = []
    ) -> PurchaseRequest {
        PurchaseRequest(
            paymentID: paymentID, money: money,
            customer: .init(id: "customer_123", ipAddress: "198.51.100.47", email: "johndoe@example.com"),
            account: .init(bankID: 61021, customerName: "John Doe"),
            returnURL: .init(
                success: "https://example.com/success/", decline: "https://example.com/decline/",
                return: "https://example.com/return/"),
            additional: additional)
    }

    static func pageRequest(additional: [Parameter] = []) -> PaymentPageRequest {
        PaymentPageRequest(
            paymentID: "payment_47", money: Money(10000, "USD"), customerID: "customer_123",
            customerEmail: "johndoe@example.com", accountCustomerName: "John Doe",
            forcePaymentMethod: "banks-cambodia", additional: additional)
    }

    /// - Parameter time: by default no time passes while the client waits.
    static func client(
        _ url: String, time: TestTime = TestTime(),
        connection: RequestSender.Settings = .init(timeout: .seconds(60)),
        semicolons: SemicolonPolicy = .refuse
    ) throws -> GateClient {
        GateClient(
            .init(address: try WebAddress(url), connection: connection, semicolons: semicolons), key: key,
            time: time.gateTime)
    }
}
