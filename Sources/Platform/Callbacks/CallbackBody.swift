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
            members.append(.init("customer", .object([.init("id", .string(customer))])))
        }
        if let action { members.append(self.action(action, url)) }
        members.append(.init("operation", self.operation(operation, payment.money.currency)))
        return .object(members)
    }

    /// The answer to a status request: the same members, with all operations.
    static func status(_ payment: SimulatedPayment) -> JSONValue {
        .object([
            .init("project_id", .integer(payment.projectID)), .init("payment", self.payment(payment)),
            .init("customer", .object(payment.customerID.map { [.init("id", .string($0))] } ?? [])),
            .init(
                "operations", .array(payment.operations.map { operation($0, payment.money.currency) })),
        ])
    }

    static func sign(_ body: JSONValue, secret: [UInt8]) -> [UInt8] {
        var signer = Signer(secret: secret, limits: JSONLimits(signedBytes: 1 << 28))
        let bytes = body.encoded
        let signed = try? signer.sign(bytes.span.bytes)
        precondition(signed != nil, "the simulator made a body that cannot be signed")
        return signed ?? []
    }

    private static func payment(_ payment: SimulatedPayment) -> JSONValue {
        .object([
            .init("id", .string(payment.id)), .init("type", .string(payment.type)),
            .init("status", .string(payment.status)), .init("date", .string(PlatformDate.text(payment.date))),
            .init("method", .string(payment.method)),
            .init("sum", sum(payment.remaining, payment.money.currency)),
            .init("description", .string(payment.description)),
        ])
    }

    private static func operation(_ operation: SimulatedPayment.Operation, _ currency: String) -> JSONValue {
        let provider: [JSONValue.Member] = [
            .init("id", .integer(12345)), .init("payment_id", .string(operation.providerPaymentID)),
            .init("auth_code", .string("")),
        ]
        return .object([
            .init("id", .integer(operation.id)), .init("type", .string(operation.type)),
            .init("status", .string(operation.status)),
            .init("date", .string(PlatformDate.text(operation.date))),
            .init("created_date", .string(PlatformDate.text(operation.createdDate))),
            .init("request_id", .string(operation.requestID)),
            .init("sum_initial", sum(operation.amount, currency)),
            .init("sum_converted", sum(operation.amount, currency)), .init("code", .string(operation.code)),
            .init("message", .string(operation.message)), .init("provider", .object(provider)),
        ])
    }

    private static func sum(_ amount: Int64, _ currency: String) -> JSONValue {
        .object([.init("amount", .integer(amount)), .init("currency", .string(currency))])
    }

    private static func action(_ action: Action, _ url: String) -> JSONValue.Member {
        switch action {
        case .redirect:
            .init(
                "redirect_data",
                .object([
                    .init("method", .string("GET")), .init("body", .array([])),
                    .init("encrypted", .array([])),
                    .init("url", .string(url)),
                ]))
        case .acs:
            .init(
                "acs",
                .object([
                    .init("acs_url", .string(url)), .init("md", .string("bWQ=")),
                    .init("pa_req", .string("cGFSZXE=")), .init("term_url", .string(url)),
                ]))
        case .clarification:
            .init(
                "clarification_fields",
                .object([.init("customer", .object([.init("phone", .string("Phone number"))]))]))
        case .qrCode: .init("qr_code", .object([.init("url", .string(url))]))
        }
    }
}

/// Dates as the platform writes them: no colon in the offset.
enum PlatformDate {
    static func text(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &bytes, .seconds)
        return String(decoding: bytes.dropLast(), as: UTF8.self) + "+0000"
    }
}
