// SPDX-License-Identifier: Apache-2.0
import Payments

/// All that a callback reports, as text: what an event is made from, and nothing that depends on where the
/// fields are in its bytes. Two callbacks that report the same are reported to the world alike.
struct Reported: Equatable, CustomStringConvertible {
    private(set) var facts: [String] = []

    var description: String { facts.joined(separator: "\n") }

    init(_ callback: Callback) {
        var list = FactList(callback: callback)
        list.addPayment()
        list.addOperation()
        list.addTokenAndRecurring()
        list.addAction()
        facts = list.facts
    }

    /// What a reading reports; nil where it is not clear.
    init?(_ reading: Reading) {
        guard case .clear(let callback) = reading else { return nil }
        self.init(callback)
    }

    /// The value of one fact.
    subscript(name: String) -> String? {
        facts.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}

extension Reading {
    /// The reasons, as `rule path`; empty for a clear one.
    var reasons: [String] {
        switch self {
        case .clear, .unreadable: []
        case .ambiguous(let reasons), .unknownShape(let reasons):
            reasons.map { "\($0.rule.rawValue) \($0.path)" }
        }
    }

    var kind: String {
        switch self {
        case .clear: "clear"
        case .ambiguous: "ambiguous"
        case .unknownShape: "unknown shape"
        case .unreadable: "unreadable"
        }
    }
}

private struct FactList {
    let callback: Callback
    var facts: [String] = []

    mutating func addPayment() {
        facts.append("shape=\(callback.shape)")
        facts.append("project=\(callback.projectID)")
        let payment = callback.payment
        add("payment.id", payment.id)
        add("payment.type", payment.type)
        add("payment.method", payment.method)
        add("payment.status", payment.status)
        add("payment.description", payment.description)
        add("payment.sum", payment.sum)
        add("customer.id", callback.customerID)
    }

    mutating func addOperation() {
        let operation = callback.operation
        if callback.shape == .operation || callback.shape == .transaction {
            facts.append("operation.id=\(operation.id)")
            facts.append("operation.date=\(operation.date.milliseconds)")
        }
        add("operation.type", operation.type)
        add("operation.status", operation.status)
        add("operation.request_id", operation.requestID)
        add("operation.code", operation.code)
        add("operation.message", operation.message)
        add("operation.eci", operation.eci)
        if let created = operation.createdDate { facts.append("operation.created=\(created.milliseconds)") }
        add("operation.sum_initial", operation.sumInitial)
        add("operation.sum_converted", operation.sumConverted)
        add("operation.provider.id", operation.provider.id)
        add("operation.provider.payment_id", operation.provider.paymentID)
        add("operation.provider.auth_code", operation.provider.authCode)
        add("operation.provider.endpoint_id", operation.provider.endpointID)
        add("operation.provider.date", operation.provider.date)
    }

    mutating func addTokenAndRecurring() {
        add("token.token", callback.token.token)
        add("token.status", callback.token.status)
        add("token.created_at", callback.token.createdAt)
        add("request.id", callback.request.id)
        add("request.action", callback.request.action)
        add("request.status", callback.request.status)
        let recurring = callback.recurring
        add("recurring.id", recurring.id)
        add("recurring.status", recurring.status)
        add("recurring.type", recurring.type)
        add("recurring.currency", recurring.currency)
        add("recurring.valid_thru", recurring.validThru)
        add("recurring.exp_year", recurring.expiryYear)
        add("recurring.exp_month", recurring.expiryMonth)
        add("recurring.period", recurring.period)
        add("recurring.time", recurring.time)
    }

    mutating func addAction() {
        if let action = callback.action {
            facts.append("action.kind=\(action.kind)")
            add("action", action.lines)
        }
        add("errors", callback.errors)
    }

    private mutating func add(_ name: String, _ text: ByteRange) {
        if !text.isEmpty { facts.append("\(name)=\(callback.string(text))") }
    }

    private mutating func add(_ name: String, _ money: Callback.Money?) {
        if let money { facts.append("\(name)=\(money.amount) \(callback.string(money.currency))") }
    }

    private mutating func add(_ name: String, _ lines: [Callback.Line]) {
        for line in lines {
            facts.append("\(name).\(callback.string(line.path))=\(callback.string(line.value))")
        }
    }
}
