// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import HTTP
internal import Payments
internal import Synchronization
internal import System

/// The pages that a customer and a developer see.
final class PlatformPages: Sendable {
    /// A Payment Page that was opened with valid parameters, and the payment is not begun yet.
    private struct Session: Sendable {
        var projectID: Int64
        var paymentID: String
        var money: Money
        var fields: [String: String]
    }

    /// The only one of the simulator, by its name in `force_payment_method`.
    private static let method = "banks-cambodia"

    private let engine: PlatformEngine
    private let keys: KeyRing
    private let sessions = Mutex<[String: Session]>([:])

    init(engine: PlatformEngine, keys: KeyRing) {
        self.engine = engine
        self.keys = keys
    }

    func get(_ path: [String], _ query: [(name: String, value: String)], isLocal: Bool) -> Response? {
        switch (path.first, path.count) {
        case (nil, 0):
            return isLocal ? Self.page("Payments", overview) : PlatformHandler.onlyOnLoopback
        case ("payment", 1): return checkout(query)
        case ("payment", 3) where path[2] == "result": return result(path[1])
        case ("bank", 2): return bank(path[1])
        case ("shared", 2) where path[1] == "merchant.js":
            return Response(
                status: 200, fields: [.init("Content-Type", "text/javascript; charset=utf-8")],
                body: Array(WidgetScript.text.utf8))
        default: return nil
        }
    }

    func post(_ path: [String], _ body: [UInt8]) -> Response? {
        guard let fields = FormText.fields(body) else {
            return Self.page("Malformed form", "<p>The form could not be read.</p>", status: 400)
        }
        switch (path.first, path.count) {
        case ("payment", 1): return checkout(fields)
        case ("payment", 3) where path[2] == "method": return chooseMethod(path[1], fields)
        case ("payment", 3) where path[2] == "bank": return chooseBank(path[1], fields)
        case ("bank", 3): return decide(path[1], path[2])
        default: return nil
        }
    }

    // MARK: Payment Page

    private func checkout(_ fields: [(name: String, value: String)]) -> Response {
        let body = JSONValue.object(fields.map { .init($0.name, .string($0.value)) }).encoded
        var verifier = SignatureVerifier()
        let now = Timestamp(seconds: WallClock.seconds)
        guard Set(fields.map(\.name)).count == fields.count,
            case .verified(let match)? = try? verifier.verify(
                body.span.bytes, project: nil, keys: keys, now: now)
        else {
            return Self.page(
                "Payment Page",
                "<p>The signature of this link is not valid, so nothing can be paid here.</p>",
                status: 403)
        }
        let values = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
        guard let id = values["payment_id"], !id.isEmpty, let currency = values["payment_currency"],
            let amount = values["payment_amount"].flatMap({ Int64($0) }), amount > 0
        else {
            return Self.page("Payment Page", "<p>The payment has no id, amount or currency.</p>", status: 400)
        }
        let money = Money(amount, currency)
        if let payment = engine.ledger.payment(.init(projectID: match.projectID, id: id)) {
            return Self.redirect("/payment/\(payment.token)/result")
        }
        let token = engine.ledger.nextToken()
        let session = Session(projectID: match.projectID, paymentID: id, money: money, fields: values)
        sessions.withLock { $0[token] = session }
        let isForced = values["force_payment_method"] == Self.method
        return isForced ? Self.bankChoice(token, session) : Self.methodChoice(token, session)
    }

    /// The page that `force_payment_method` skips.
    private static func methodChoice(_ token: String, _ session: Session) -> Response {
        page(
            "Payment of \(session.money.text)",
            """
            <p>Payment \(HTMLText.escape(session.paymentID)).</p>
            <form method="post" action="/payment/\(token)/method">
            <h2>Choose how to pay</h2><ul class="choices">
            <li><button type="submit" name="method" value="\(method)">Banks of Cambodia</button></li></ul></form>
            """)
    }

    private static func bankChoice(_ token: String, _ session: Session) -> Response {
        let banks = PlatformEngine.banks.map { bank in
            """
            <li><button type="submit" name="bank_id" value="\(bank.id)">\(HTMLText.escape(bank.name))</button></li>
            """
        }
        return page(
            "Payment of \(session.money.text)",
            """
            <p>Payment \(HTMLText.escape(session.paymentID)) by Banks of Cambodia.</p>
            <form method="post" action="/payment/\(token)/bank">
            <h2>Choose your bank</h2><ul class="choices">\(banks.joined())</ul></form>
            """)
    }

    private func chooseMethod(_ token: String, _ fields: [(name: String, value: String)]) -> Response? {
        guard let session = sessions.withLock({ $0[token] }) else { return nil }
        guard fields.contains(where: { $0.name == "method" && $0.value == Self.method }) else {
            return Self.page("Unknown method", "<p>There is no such payment method.</p>", status: 400)
        }
        return Self.bankChoice(token, session)
    }

    private func chooseBank(_ token: String, _ fields: [(name: String, value: String)]) -> Response? {
        guard let session = sessions.withLock({ $0[token] }) else { return nil }
        let bank = fields.first { $0.name == "bank_id" }.flatMap { Int64($0.value) }
        guard let bank, PlatformEngine.banks.contains(where: { $0.id == bank }) else {
            return Self.page("Unknown bank", "<p>There is no such bank.</p>", status: 400)
        }
        func url(_ name: String) -> String? {
            session.fields["merchant_\(name)_url"] ?? session.fields["redirect_\(name)_url"]
        }
        let begun = engine.begin(
            projectID: session.projectID, paymentID: session.paymentID, money: session.money,
            customerID: session.fields["customer_id"],
            returnURL: .init(success: url("success"), decline: url("fail"), return: url("return")),
            isFromPage: true, callbackURL: session.fields["merchant_callback_url"])
        guard
            let payment = begun
                ?? engine.ledger.payment(.init(projectID: session.projectID, id: session.paymentID))
        else { return nil }
        return Self.redirect("/bank/\(payment.token)")
    }

    private func result(_ token: String) -> Response? {
        guard let payment = engine.ledger.payment(token: token) else { return nil }
        let (title, text, url): (String, String, String?)
        switch payment.status {
        case "success": (title, text, url) = ("Payment successful", "was paid", payment.returnURL.success)
        case "decline": (title, text, url) = ("Payment declined", "was declined", payment.returnURL.decline)
        default: (title, text, url) = ("Payment not completed", "has not been paid yet", nil)
        }
        let target = url ?? payment.returnURL.return
        let link = target.map { "<p><a href=\"\(HTMLText.escape($0))\">Return to the shop</a></p>" } ?? ""
        let again =
            payment.status == "awaiting redirect result"
            ? "<p><a href=\"/bank/\(payment.token)\">Continue at the bank</a></p>" : ""
        return Self.page(
            title, "<p>\(HTMLText.escape(payment.money.text)) \(text).</p>\(link)\(again)")
    }

    // MARK: Bank

    private func bank(_ token: String) -> Response? {
        guard let payment = engine.ledger.payment(token: token) else { return nil }
        guard payment.operations.last?.status == "awaiting redirect result" else {
            return Self.page("Bank", "<p>This payment is finished: \(HTMLText.escape(payment.status)).</p>")
        }
        return Self.page(
            "Bank: confirm \(payment.money.text)",
            """
            <p>Payment \(HTMLText.escape(payment.id)) of project \(payment.projectID).</p>
            <ul class="choices">
            <li><form method="post" action="/bank/\(token)/pay"><button type="submit">Pay</button></form></li>
            <li><form method="post" action="/bank/\(token)/decline"><button type="submit">Decline</button></form></li>
            <li><form method="post" action="/bank/\(token)/close"><button type="submit">Leave</button></form></li>
            </ul>
            """)
    }

    private func decide(_ token: String, _ word: String) -> Response? {
        guard let found = engine.ledger.payment(token: token) else { return nil }
        switch word {
        case "pay", "decline":
            let status = word == "pay" ? "success" : "decline"
            guard let payment = engine.finish(token: token, status: status) else {
                return Self.page("Bank", "<p>This payment is already finished.</p>", status: 409)
            }
            let url = status == "success" ? payment.returnURL.success : payment.returnURL.decline
            return leave(payment, url ?? payment.returnURL.return)
        case "close": return leave(found, found.returnURL.return)
        default: return nil
        }
    }

    /// To the shop after Gate, to the result on the checkout page after Payment Page.
    private func leave(_ payment: SimulatedPayment, _ url: String?) -> Response {
        if let url, !payment.isFromPage { return Self.redirect(url) }
        return Self.redirect("/payment/\(payment.token)/result")
    }

    // MARK: Overview

    private var overview: String {
        let rows = engine.ledger.all.reversed().map { payment in
            """
            <tr><td>\(payment.projectID)</td><td><a href="/bank/\(payment.token)">\(HTMLText.escape(payment.id))</a></td>\
            <td>\(HTMLText.escape(payment.money.text))</td><td>\(HTMLText.escape(payment.status))</td></tr>
            """
        }
        if rows.isEmpty { return "<p>There is no payment yet.</p>" }
        return """
            <table><caption>Payments, newest first</caption>
            <thead><tr><th scope="col">Project</th><th scope="col">Payment</th><th scope="col">Amount</th>
            <th scope="col">Status</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """
    }

    // MARK: HTML

    private static func redirect(_ url: String) -> Response {
        // A line end in a field would begin another field.
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return page("Return", "<p>The shop's address is not a URL.</p>", status: 502)
        }
        return Response(status: 303, fields: [.init("Location", url)])
    }

    private static func page(_ title: String, _ body: String, status: Int = 200) -> Response {
        Response(
            status: status,
            fields: [
                .init("Content-Type", "text/html; charset=utf-8"), .init("Cache-Control", "no-store"),
                .init("Referrer-Policy", "no-referrer"),
                .init("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
            ], body: Array(PageText.document(title: title, body: body).utf8))
    }
}
