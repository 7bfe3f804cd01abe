// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Payments
internal import System
internal import WebClient

/// What the simulator does with requests, anyone who sends them: it keeps payments and makes their callbacks.
/// Any thread.
final class PlatformEngine: Sendable {
    let ledger: PaymentLedger
    private let settings: PlatformService.Settings
    private let delivery: CallbackDelivery

    init(_ settings: PlatformService.Settings, ledger: PaymentLedger, delivery: CallbackDelivery) {
        self.settings = settings
        self.ledger = ledger
        self.delivery = delivery
    }

    /// The banks of the provider's page.
    static let banks: [(id: Int64, name: String, short: String)] = [
        (62401, "ABA PAY", "ABA"), (62411, "ACLEDA Bank", "ACLEDA"), (62391, "Sathapana", "SATHAPANA"),
        (61021, "Wing Bank", "WING"),
    ]

    /// Begins a payment of one operation; nil where its id is taken.
    func begin(
        projectID: Int64, paymentID: String, money: Money, customerID: String?,
        returnURL: PurchaseRequest.ReturnURL, isFromPage: Bool, callbackURL: String? = nil
    ) -> SimulatedPayment? {
        let now = WallClock.seconds
        let status = "awaiting redirect result"
        let (code, message) = SimulatedPayment.code(for: status)
        let operation = SimulatedPayment.Operation(
            id: ledger.nextOperation(), status: status, date: now, createdDate: now,
            requestID: ledger.nextToken(), amount: money.amount, code: code, message: message,
            providerPaymentID: ledger.nextToken())
        let payment = SimulatedPayment(
            projectID: projectID, id: paymentID, money: money, customerID: customerID, status: status,
            date: now,
            remaining: money.amount, operations: [operation], returnURL: returnURL, token: ledger.nextToken(),
            isFromPage: isFromPage, callbackURL: callbackURL)
        return ledger.add(payment) ? payment : nil
    }

    /// Sends the callback that contains the customer's redirect, as after a purchase through Gate.
    func sendRedirect(_ payment: SimulatedPayment, bankPage: String) {
        send(payment, payment.operations[0], action: .redirect, url: bankPage, after: .seconds(2))
    }

    /// The bank's result; nil where the payment is not waiting for one.
    func finish(token: String, status: String) -> SimulatedPayment? {
        guard let found = ledger.payment(token: token) else { return nil }
        let changed = ledger.change(found.key) { payment in
            guard payment.operations.count == 1, payment.operations[0].status == "awaiting redirect result"
            else {
                return false
            }
            // Two callbacks of an operation have different dates, as they have on the platform.
            let now = max(WallClock.seconds, payment.operations[0].date + 1)
            let (code, message) = SimulatedPayment.code(for: status)
            payment.operations[0].status = status
            payment.operations[0].date = now
            payment.operations[0].code = code
            payment.operations[0].message = message
            payment.status = status
            payment.date = now
            return true
        }
        if let changed { send(changed, changed.operations[0], after: .seconds(1)) }
        return changed
    }

    private func send(
        _ payment: SimulatedPayment, _ operation: SimulatedPayment.Operation,
        action: CallbackBody.Action? = nil,
        url: String = "", after delay: Duration
    ) {
        guard let secret = settings.secrets[payment.projectID], let address = callbackAddress(of: payment)
        else {
            return
        }
        let body = CallbackBody.make(payment, operation: operation, action: action, url: url)
        delivery.enqueue(
            OutgoingCallback(
                address: address, body: CallbackBody.sign(body, secret: secret), payment: payment,
                summary: "\(operation.type) \(operation.status)"), after: delay)
    }

    /// The URL of the payment where it has one that may be called, else that of the project.
    private func callbackAddress(of payment: SimulatedPayment) -> WebAddress? {
        if let text = payment.callbackURL, let address = try? WebAddress(text),
            address.isLoopback || settings.allowsRemote
        {
            return address
        }
        return settings.callbackURL
    }
}
