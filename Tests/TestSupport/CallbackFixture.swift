// SPDX-License-Identifier: Apache-2.0
public import Payments

/// The body of an ordinary callback, by what tests vary: a purchase with one operation.
public struct CallbackFixture: Sendable {
    public var project = "1234"
    public var payment = "order_1"
    public var operation = 47
    public var type = "sale"
    public var status = "success"
    public var paymentStatus = "success"
    public var request = "r1"
    public var amount = 10_000
    /// Of operation and payment, in seconds since 1970; 2026-01-01T00:00:00Z.
    public var date: Int64 = 1_767_225_600
    /// Further members, each with a comma before it.
    public var extra = ""
    /// Nil leaves the member out. `signed` replaces any other.
    public var signature: String? = "x"

    public init() {}

    /// A payment and its operation in one status.
    public init(
        payment: String, operation: Int, status: String, date: Timestamp, request: String = "r1",
        amount: Int = 1000, extra: String = ""
    ) {
        self.payment = payment
        self.operation = operation
        self.status = status
        paymentStatus = status
        self.date = date.seconds
        self.request = request
        self.amount = amount
        self.extra = extra
    }

    public func with(_ change: (inout CallbackFixture) -> Void) -> CallbackFixture {
        var copy = self
        change(&copy)
        return copy
    }

    /// The partition key of the payment.
    public var key: String { "\(project):\(payment)" }

    public var text: String {
        let sum = #"{"amount":\#(amount),"currency":"USD"}"#
        let moment = Self.dateText(date)
        let signature = signature.map { #","signature":"\#($0)""# } ?? ""
        return """
            {"project_id":\(project),"payment":{"id":"\(payment)","type":"purchase","status":"\(paymentStatus)",\
            "date":"\(moment)","method":"card","sum":\(sum),"description":"An order"},\
            "customer":{"id":"c1"},"operation":{"id":\(operation),"type":"\(type)","status":"\(status)",\
            "date":"\(moment)","created_date":"\(Self.dateText(date - 60))","request_id":"\(request)",\
            "sum_initial":\(sum),"sum_converted":\(sum),"code":"0","message":"Success",\
            "provider":{"id":1,"payment_id":"p-1","auth_code":""}}\(extra)\(signature)}
            """
    }

    public var bytes: [UInt8] { Array(text.utf8) }

    /// A date as the platform writes it: `2026-09-21T10:00:00+0000`.
    public static func dateText(_ seconds: Int64) -> String {
        var bytes: [UInt8] = []
        Timestamp(seconds: seconds).append(to: &bytes, .seconds)
        return String(decoding: bytes.dropLast(), as: UTF8.self) + "+0000"
    }

    /// A body with its signature put in.
    public static func signed(_ body: [UInt8], by secret: [UInt8]) throws -> [UInt8] {
        var signer = Signer(secret: secret)
        return try signer.sign(body.span.bytes)
    }

    /// The body with its signature put in.
    public func signed(by secret: String) throws -> [UInt8] {
        try Self.signed(bytes, by: Array(secret.utf8))
    }
}
