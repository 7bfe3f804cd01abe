// SPDX-License-Identifier: Apache-2.0
import Foundation
import Gate
import Payments
import Platform
import TestSupport
import Testing
import WebClient

@Suite("Simulator: Gate")
struct GateAPITests {
    @Test(
        "a purchase is acknowledged, its redirect comes in a signed callback, and its status can be asked for"
    )
    func purchase() throws {
        let simulator = try Simulator()
        guard case .accepted(.some, nil) = try simulator.client.purchase(Simulator.request()) else {
            return #expect(Bool(false))
        }
        let callback = try #require(try simulator.callbacks(1).first)
        #expect(callback["payment"]?["status"]?.text == "awaiting redirect result")
        #expect(callback["redirect_data"]?["url"]?.text?.hasPrefix(simulator.url + "/bank/") == true)
        var verifier = SignatureVerifier()
        let body = simulator.receiver.requests[0].body
        #expect(try verifier.verify(body.span.bytes, secret: Simulator.secret).rule == .natural)
        guard case .content(let status) = try simulator.client.status(StatusRequest(paymentID: "PAYMENT_47"))
        else {
            return #expect(Bool(false))
        }
        #expect(status.status == "awaiting redirect result" && status.money == Money(10000, "USD"))
    }

    @Test("a payment id can be used once, whatever its case")
    func duplicate() throws {
        let simulator = try Simulator()
        #expect(try simulator.client.purchase(Simulator.request()).name == "accepted")
        guard case .refused(let refusal) = try simulator.client.purchase(Simulator.request("Payment_47"))
        else {
            return #expect(Bool(false))
        }
        #expect(refusal.code == "3041")
    }

    @Test("an unknown payment is 3061, a wrong signature 3261, and a body that is not JSON 2003")
    func refusals() throws {
        let simulator = try Simulator()
        guard case .refused(let unknown) = try simulator.client.status(StatusRequest(paymentID: "x")) else {
            return #expect(Bool(false))
        }
        #expect(unknown.code == "3061")
        let stranger = GateClient(
            .init(address: try WebAddress(simulator.url)),
            key: ProjectKey(projectID: 1234, secret: Array("other".utf8)))
        guard case .refused(let forged) = try stranger.purchase(Simulator.request()) else {
            return #expect(Bool(false))
        }
        #expect(forged.code == "3261")
        let response = try simulator.send(.post, "/v2/payment/status", type: "application/json", "{")
        #expect(response.status == 400)
        #expect(String(decoding: response.body, as: UTF8.self).contains("2003"))
        #expect(simulator.receiver.requests.isEmpty)
    }

    @Test("the list of banks has the four of the provider's page")
    func banks() throws {
        let simulator = try Simulator()
        let request = BankListRequest(paymentID: "new", money: Money(10000, "USD"))
        guard case .content(let list) = try simulator.client.banks(request) else {
            return #expect(Bool(false))
        }
        #expect(
            list.banks.map { "\($0.id) \($0.name)" } == [
                "62401 ABA PAY", "62411 ACLEDA Bank", "62391 Sathapana", "61021 Wing Bank",
            ])
    }

    @Test(
        "the bank's page sends the result and the customer back to the shop",
        arguments: [
            ("pay", "success", "success"), ("decline", "decline", "decline"), ("close", nil, "return"),
        ])
    func bank(button: String, status: String?, page: String) throws {
        let simulator = try Simulator()
        _ = try simulator.client.purchase(Simulator.request())
        let url = try #require(try simulator.callbacks(1)[0]["redirect_data"]?["url"]?.text)
        let path = String(url.dropFirst(simulator.url.count))
        #expect(try simulator.send(.get, path).status == 200)
        let response = try simulator.send(.post, "\(path)/\(button)")
        #expect(response.status == 303)
        #expect(response["location"] == "https://example.com/\(page)/")
        if let status {
            let callback = try simulator.callbacks(2)[1]
            #expect(callback["operation"]?["status"]?.text == status)
            #expect(try simulator.send(.post, "\(path)/pay").status == 409)
        } else {
            // The bank may answer after the customer has left.
            #expect(try simulator.send(.post, "\(path)/pay").status == 303)
            #expect(try simulator.callbacks(2)[1]["payment"]?["status"]?.text == "success")
        }
    }

    @Test(
        "only an answer of exactly 200 counts; anything else is sent again, byte for byte",
        arguments: [201, 204, 302, 500])
    func retry(status: Int) throws {
        let simulator = try Simulator { number in number < 2 ? .json("", status: status) : .json("") }
        _ = try simulator.client.purchase(Simulator.request())
        _ = try simulator.callbacks(3)
        #expect(Set(simulator.receiver.requests.map(\.text)).count == 1)
        #expect(simulator.deliveries.map(\.isAccepted) == [false, false, true])
        #expect(simulator.deliveries.map(\.attempt) == [1, 2, 3])
    }

    @Test("payments in a file are known after a start, and a file of something else is refused with its line")
    func file() throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("payments").path
        do {
            let simulator = try Simulator(payments: try PaymentFile(path))
            #expect(try simulator.client.purchase(Simulator.request()).name == "accepted")
        }
        let simulator = try Simulator(payments: try PaymentFile(path))
        guard case .content(let status) = try simulator.client.status(StatusRequest(paymentID: "payment_47"))
        else { return #expect(Bool(false)) }
        #expect(status.status == "awaiting redirect result" && status.money == Money(10000, "USD"))
        let again = try simulator.client.purchase(Simulator.request())
        guard case .refused(let refusal) = again else { return #expect(Bool(false)) }
        #expect(refusal.code == "3041")

        try Data("{}\n".utf8).write(to: folder.file("other"))
        let error = #expect(throws: PaymentFile.Failure.self) { try PaymentFile(folder.file("other").path) }
        #expect(error?.description.contains(":1 ") == true)
    }
}
