// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Payments

/// Writes callbacks as the provider's page shows them.
enum CallbackBody {
    /// What the customer must be shown.
    enum Action: String, Sendable, CaseIterable {
        case redirect
        case acs = "3ds"
        case clarification
        case qrCode = "qr-code"
    }

    /// The body without its signature.
    ///
    /// - Parameter url: where an action sends the customer.
    static func make(
        _ payment: SimulatedPayment, operation: SimulatedPayment.Operation, action: Action? = nil,
        url: String = ""
    ) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("project_id", .integer(payment.projectID)), .init("payment", self.payment(payment)),
        ]
        if let customer = payment.customerID {
            members.append(.init("customer", ["id": .string(customer)]))
        }
        if let action { members.append(self.action(action, url)) }
        members.append(.init("operation", self.operation(operation, payment.money.currency)))
        return .object(members)
    }

    /// The answer to a status request: the same members, with all operations.
    static func status(_ payment: SimulatedPayment) -> JSONValue {
        [
            "project_id": .integer(payment.projectID), "payment": self.payment(payment),
            "customer": payment.customerID.map { ["id": .string($0)] } ?? [:],
            "operations": .array(payment.operations.map { operation($0, payment.money.currency) }),
        ]
    }

    static func sign(_ body: JSONValue, secret: [UInt8]) -> [UInt8] {
        var signer = Signer(secret: secret, limits: JSONLimits(signedBytes: 1 << 28))
        let bytes = body.encoded
        let signed = try? signer.sign(bytes.span.bytes)
        precondition(signed != nil, "the simulator made a body that cannot be signed")
        return signed ?? []
    }

    private static func payment(_ payment: SimulatedPayment) -> JSONValue {
        [
            "id": .string(payment.id), "type": .string(payment.type), "status": .string(payment.status),
            "date": .string(PlatformDate.text(payment.date)), "method": .string(payment.method),
            "sum": sum(payment.remaining, payment.money.currency),
            "description": .string(payment.description),
        ]
    }

    private static func operation(_ operation: SimulatedPayment.Operation, _ currency: String) -> JSONValue {
        [
            "id": .integer(operation.id), "type": .string(operation.type),
            "status": .string(operation.status), "date": .string(PlatformDate.text(operation.date)),
            "created_date": .string(PlatformDate.text(operation.createdDate)),
            "request_id": .string(operation.requestID), "sum_initial": sum(operation.amount, currency),
            "sum_converted": sum(operation.amount, currency), "code": .string(operation.code),
            "message": .string(operation.message),
            "provider": [
                "id": 12345, "payment_id": .string(operation.providerPaymentID), "auth_code": "",
            ],
        ]
    }

    private static func sum(_ amount: Int64, _ currency: String) -> JSONValue {
        ["amount": .integer(amount), "currency": .string(currency)]
    }

    private static func action(_ action: Action, _ url: String) -> JSONValue.Member {
        switch action {
        case .redirect:
            .init("redirect_data", ["method": "GET", "body": [], "encrypted": [], "url": .string(url)])
        case .acs:
            .init(
                "acs",
                ["acs_url": .string(url), "md": "bWQ=", "pa_req": "cGFSZXE=", "term_url": .string(url)])
        case .clarification:
            .init("clarification_fields", ["customer": ["phone": "Phone number"]])
        case .qrCode: .init("qr_code", ["url": .string(url)])
        }
    }
}

/// Dates as the platform writes them: no colon in the offset.
package enum PlatformDate {
    /// - Parameter seconds: since 1970, UTC.
    package static func text(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &bytes, .seconds)
        return String(decoding: bytes.dropLast(), as: UTF8.self) + "+0000"
    }
}
