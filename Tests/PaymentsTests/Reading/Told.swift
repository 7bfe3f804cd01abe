import Payments

/// All that a callback tells, as text: what an event is made from, and nothing that depends on where the fields
/// stand in its bytes. Two callbacks that tell the same are told to the world alike.
struct Told: Equatable, CustomStringConvertible {
    private(set) var facts: [String] = []

    var description: String { facts.joined(separator: "\n") }

    init(_ callback: Callback) {
        facts.append("shape=\(callback.shape)")
        facts.append("project=\(callback.projectID)")
        func add(_ name: String, _ text: Text) {
            if !text.isEmpty { facts.append("\(name)=\(callback.string(text))") }
        }
        func add(_ name: String, _ money: Callback.Money?) {
            if let money { facts.append("\(name)=\(money.amount) \(callback.string(money.currency))") }
        }
        func add(_ name: String, _ lines: [Callback.Line]) {
            for line in lines {
                facts.append("\(name).\(callback.string(line.path))=\(callback.string(line.value))")
            }
        }
        let payment = callback.payment
        add("payment.id", payment.id)
        add("payment.type", payment.type)
        add("payment.method", payment.method)
        add("payment.status", payment.status)
        add("payment.description", payment.description)
        add("payment.sum", payment.sum)
        add("customer.id", callback.customerID)
        if callback.shape == .operation || callback.shape == .transaction {
            facts.append("operation.id=\(callback.operation.id)")
            facts.append("operation.date=\(callback.operation.date.milliseconds)")
        }
        add("operation", callback.operation)
        add("token.token", callback.token.token)
        add("token.status", callback.token.status)
        add("token.created_at", callback.token.createdAt)
        add("request.id", callback.request.id)
        add("request.action", callback.request.action)
        add("request.status", callback.request.status)
        let recurring = callback.recurring
        for (name, text) in [
            ("id", recurring.id), ("status", recurring.status), ("type", recurring.type),
            ("currency", recurring.currency), ("valid_thru", recurring.validThru),
            ("exp_year", recurring.expiryYear), ("exp_month", recurring.expiryMonth),
            ("period", recurring.period), ("time", recurring.time),
        ] {
            add("recurring.\(name)", text)
        }
        if let action = callback.action {
            facts.append("action.kind=\(action.kind)")
            add("action", action.lines)
        }
        add("errors", callback.errors)

        func add(_ name: String, _ operation: Callback.Operation) {
            add("\(name).type", operation.type)
            add("\(name).status", operation.status)
            add("\(name).request_id", operation.requestID)
            add("\(name).code", operation.code)
            add("\(name).message", operation.message)
            add("\(name).eci", operation.eci)
            if let created = operation.createdDate { facts.append("\(name).created=\(created.milliseconds)") }
            add("\(name).sum_initial", operation.sumInitial)
            add("\(name).sum_converted", operation.sumConverted)
            add("\(name).provider.id", operation.provider.id)
            add("\(name).provider.payment_id", operation.provider.paymentID)
            add("\(name).provider.auth_code", operation.provider.authCode)
            add("\(name).provider.endpoint_id", operation.provider.endpointID)
            add("\(name).provider.date", operation.provider.date)
        }
    }

    /// What a reading tells; nil where it is not clear.
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
