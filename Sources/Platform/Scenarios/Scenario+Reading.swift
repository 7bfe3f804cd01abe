// SPDX-License-Identifier: Apache-2.0
public import Gate

extension Scenario {
    private static let rootKeys: Set = ["description", "payment", "steps"]
    private static let callbackKeys: Set = [
        "operation", "type", "status", "payment_status", "amount", "remaining", "code", "message",
        "description",
        "action", "faults", "delay",
    ]

    /// Reads a scenario: an object as `schemas/platform-scenario.schema.json` describes it. Numbers may be
    /// strings, since the scalars of a YAML file are.
    public init(name: String, _ json: JSONValue) throws(Malformed) {
        try Self.check(json, "the scenario", has: Self.rootKeys)
        self.name = name
        definition = json
        description = json["description"]?.text ?? ""
        let payment = json["payment"] ?? .object([])
        try Self.check(payment, "payment", has: ["amount", "currency"])
        let amount = try Self.integer(payment["amount"], "payment.amount", 1...10_000_000_000_000) ?? 10_000
        let currency = payment["currency"]?.text ?? "USD"
        guard Money.minorDigits(of: currency) != nil else {
            throw Malformed("payment.currency", "is not a currency code of ISO 4217")
        }
        money = Money(amount, currency)
        guard case .array(let elements)? = json["steps"], (1...1000).contains(elements.count) else {
            throw Malformed("steps", "is not a list of 1 to 1000 steps")
        }
        var steps: [Step] = []
        for (index, element) in elements.enumerated() {
            steps.append(try Self.step(element, "steps[\(index)]"))
        }
        self.steps = steps
    }

    private static func step(_ json: JSONValue, _ path: String) throws(Malformed) -> Step {
        try check(json, path, has: ["wait", "callback"])
        switch (json["wait"], json["callback"]) {
        case (let wait?, nil): return .wait(try duration(wait, "\(path).wait"))
        case (nil, let callback?): return .callback(try self.callback(callback, "\(path).callback"))
        case (nil, nil), (_?, _?): throw Malformed(path, "is neither a wait nor a callback")
        }
    }

    private static func callback(_ json: JSONValue, _ path: String) throws(Malformed) -> Callback {
        try check(json, path, has: callbackKeys)
        var callback = Callback()
        guard let status = try string(json["status"], "\(path).status"), !status.isEmpty else {
            throw Malformed("\(path).status", "is missing")
        }
        callback.status = status
        callback.type = try string(json["type"], "\(path).type") ?? callback.type
        callback.operation = Int(try integer(json["operation"], "\(path).operation", 1...100) ?? 1)
        callback.paymentStatus = try string(json["payment_status"], "\(path).payment_status")
        callback.amount = try integer(json["amount"], "\(path).amount", 0...10_000_000_000_000)
        callback.remaining = try integer(json["remaining"], "\(path).remaining", 0...10_000_000_000_000)
        callback.code = json["code"]?.text
        callback.message = try string(json["message"], "\(path).message")
        callback.description = try string(json["description"], "\(path).description")
        if let text = json["action"]?.text {
            guard let action = CallbackBody.Action(rawValue: text) else {
                let words = CallbackBody.Action.allCases.map(\.rawValue).joined(separator: ", ")
                throw Malformed("\(path).action", "is not one of \(words)")
            }
            callback.action = action
        }
        if let faults = json["faults"] { callback.faults = try self.faults(faults, "\(path).faults") }
        if let delay = json["delay"] { callback.delay = try duration(delay, "\(path).delay") }
        return callback
    }

    private static func faults(_ json: JSONValue, _ path: String) throws(Malformed) -> Set<Fault> {
        guard case .array(let elements) = json else { throw Malformed(path, "is not a list") }
        var faults: Set<Fault> = []
        for element in elements {
            guard let fault = element.text.flatMap({ Fault(rawValue: $0) }) else {
                let words = Fault.allCases.map(\.rawValue).joined(separator: ", ")
                throw Malformed(path, "contains what is not one of \(words)")
            }
            faults.insert(fault)
        }
        return faults
    }

    static func check(_ json: JSONValue, _ path: String, has keys: Set<String>) throws(Malformed) {
        guard case .object(let members) = json else { throw Malformed(path, "is not a mapping") }
        for member in members where !keys.contains(member.name) {
            let known = keys.sorted().joined(separator: ", ")
            throw Malformed(path, "has the unknown key \(member.name.prefix(40)); it may have \(known)")
        }
    }

    static func integer(
        _ json: JSONValue?, _ path: String, _ range: ClosedRange<Int64>
    ) throws(Malformed) -> Int64? {
        guard let json else { return nil }
        guard let number = json.integer, range.contains(number) else {
            throw Malformed(path, "is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func string(_ json: JSONValue?, _ path: String) throws(Malformed) -> String? {
        guard let json else { return nil }
        guard case .string(let text) = json else { throw Malformed(path, "is not a text") }
        return text
    }

    /// A whole number and a unit, as in settings: `500ms`, `3s`, `5m`, `4h`.
    private static func duration(_ json: JSONValue, _ path: String) throws(Malformed) -> Duration {
        let text = json.text ?? ""
        let digits = text.prefix { $0.isNumber }
        let factor: Int64? =
            switch text.dropFirst(digits.count) {
            case "ms": 1
            case "s": 1000
            case "m": 60_000
            case "h": 3_600_000
            case "d": 86_400_000
            default: nil
            }
        guard let factor, let number = Int64(digits), number <= 1_000_000 else {
            throw Malformed(path, "is not a duration like 500ms, 3s, 5m or 4h")
        }
        return .milliseconds(number * factor)
    }
}
