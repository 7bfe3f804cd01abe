// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import HTTP
internal import Payments
internal import System

/// The Gate API of the simulator: verifies requests and answers them as the platform does.
struct GateAPI {
    /// An answer, and what of it a script wants to know.
    struct Answer {
        var status: Int
        var json: JSONValue
        var paymentID: String?
        var code: String?
    }

    private let engine: PlatformEngine
    private let keys: KeyRing
    private let origin: Replaceable<String>
    private var verifier = SignatureVerifier()

    /// - Parameter origin: the URL of the simulator's pages, once the server listens.
    init(engine: PlatformEngine, keys: KeyRing, origin: Replaceable<String>) {
        self.engine = engine
        self.keys = keys
        self.origin = origin
    }

    /// - Returns: nil where there is no such path.
    mutating func answer(_ path: [String], _ body: RawSpan) -> Answer? {
        let call: (GateAPI) -> (JSONValue, Int64, String) -> Answer
        switch path.count {
        case 5 where path.starts(with: ["v2", "payment", "banks"]) && path[4] == "sale":
            call = GateAPI.purchase
        case 7 where path.starts(with: ["v2", "info", "banks"]) && path[6] == "list": call = GateAPI.banks
        case 3 where path == ["v2", "payment", "status"]: call = GateAPI.status
        default: return nil
        }
        let verification: Verification
        do throws(JSONError) {
            verification = try verifier.verify(
                body, project: nil, keys: keys, now: Timestamp(seconds: WallClock.seconds))
        } catch {
            return refusal("2003", "Invalid JSON string")
        }
        guard let json = try? JSONValue(parsing: body.withUnsafeBytes { Array($0) }) else {
            return refusal("2003", "Invalid JSON string")
        }
        let paymentID = json["general"]?["payment_id"]?.text
        switch verification {
        case .verified(let match):
            guard let paymentID, !paymentID.isEmpty, paymentID.count <= 255 else {
                return refusal("2004", "Required field not provided", field: "general.payment_id")
            }
            return call(self)(json, match.projectID, paymentID)
        case .refused(.missingSignature): return refusal("3262", "Empty signature", paymentID: paymentID)
        case .refused(.missingProject):
            return refusal("2004", "Required field not provided", field: "general.project_id")
        case .refused(.mismatch):
            return refusal("3261", "Invalid signature", paymentID: paymentID, status: 403)
        }
    }

    private func purchase(_ json: JSONValue, project: Int64, paymentID: String) -> Answer {
        guard let money = Self.money(json) else {
            return refusal(
                "3286", "The property amount is required", paymentID: paymentID, field: "payment.amount")
        }
        guard let customer = json["customer"]?["id"]?.text, json["customer"]?["ip_address"]?.text != nil
        else {
            return refusal("2004", "Required field not provided", paymentID: paymentID, field: "customer")
        }
        guard let bank = json["account"]?["bank_id"]?.integer,
            PlatformEngine.banks.contains(where: { $0.id == bank })
        else {
            return refusal(
                "2004", "Required field not provided", paymentID: paymentID, field: "account.bank_id")
        }
        let urls = json["return_url"]
        let started = engine.begin(
            projectID: project, paymentID: paymentID, money: money, customerID: customer,
            returnURL: .init(
                success: urls?["success"]?.text, decline: urls?["decline"]?.text,
                return: urls?["return"]?.text),
            isFromPage: false, callbackURL: json["general"]?["merchant_callback_url"]?.text)
        guard let payment = started else {
            return refusal("3041", "Payment ID already exists", paymentID: paymentID)
        }
        engine.sendRedirect(payment, bankPage: "\(origin.current)/bank/\(payment.token)")
        let json: JSONValue = [
            "status": "success", "request_id": .string(payment.operations[0].requestID),
            "project_id": .integer(project), "payment_id": .string(paymentID),
        ]
        return Answer(status: 200, json: json, paymentID: paymentID)
    }

    private func banks(_ json: JSONValue, project: Int64, paymentID: String) -> Answer {
        guard let money = Self.money(json) else {
            return refusal(
                "3286", "The property amount is required", paymentID: paymentID, field: "payment.amount")
        }
        let currency: JSONValue = [
            "id": 840, "alpha_3_4217": "USD", "number_3_4217": "840", "currency_type": "fiat", "exponent": 2,
        ]
        let banks = money.currency == "USD" ? PlatformEngine.banks : []
        let list = banks.map { bank -> JSONValue in
            [
                "minAmount": 100, "maxAmount": 100_000_000, "limitCurrency": "USD", "id": .integer(bank.id),
                "abbr": .string(bank.short), "name": .string(bank.name), "nativeName": .string(bank.name),
                "currencies": [currency],
            ]
        }
        return Answer(status: 200, json: .array(list), paymentID: paymentID)
    }

    private func status(_ json: JSONValue, project: Int64, paymentID: String) -> Answer {
        guard let payment = engine.ledger.payment(.init(projectID: project, id: paymentID)) else {
            return refusal("3061", "Transaction not found", paymentID: paymentID, status: 404)
        }
        return Answer(status: 200, json: CallbackBody.status(payment), paymentID: paymentID)
    }

    private static func money(_ json: JSONValue) -> Money? {
        guard let amount = json["payment"]?["amount"]?.integer, amount > 0, amount <= 10_000_000_000_000,
            let currency = json["payment"]?["currency"]?.text, Money.minorDigits(of: currency) != nil
        else { return nil }
        return Money(amount, currency)
    }

    private func refusal(
        _ code: String, _ message: String, paymentID: String? = nil, field: String? = nil, status: Int = 400
    ) -> Answer {
        var members: [JSONValue.Member] = [
            .init("status", "error"), .init("code", .string(code)), .init("message", .string(message)),
        ]
        if let field {
            let error: JSONValue = [
                "code": .number(code), "message": .string(message), "field": .string(field),
            ]
            members.append(.init("errors", [error]))
        }
        return Answer(status: status, json: .object(members), paymentID: paymentID, code: code)
    }
}
