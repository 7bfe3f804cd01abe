// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import TestSupport
import Testing

/// An installation with a simulated platform whose callbacks reach no one unless the test delivers them.
final class MerchantSide {
    let installation: Installation
    /// Takes the platform's callbacks, answers 200 and keeps them.
    let receiver: ScriptedServer
    private let simulator: ChildProcess
    let gateURL: String
    private let port: Int
    let folder: TemporaryDirectory

    init(partitions: Int32 = 2) throws {
        installation = try Installation(on: try Broker.shared(), partitions: partitions)
        receiver = try ScriptedServer { _, _ in .json("") }
        folder = try TemporaryDirectory()
        let simulator = try installation.tidings([
            "platform", "serve", "--forward-to", receiver.url, "--platform-address", "127.0.0.1:0",
            "--platform-time-scale", "0.001", "--json",
        ])
        try #require(
            eventually(within: .seconds(120)) { simulator.output.contains("started") }, "\(simulator.errors)")
        gateURL = String(try #require(simulator.output.firstMatch(of: /"url":"([^"]+)"/)).1)
        port = try #require(URL(string: gateURL)?.port)
        self.simulator = simulator
    }

    deinit { simulator.kill() }

    func worker() throws -> ChildProcess {
        try installation.tidings(["worker", "--worker-slot", "0", "--worker-verify", "always"])
    }

    /// Buys through Gate.
    func buy(_ paymentID: String) throws {
        let request = """
            {"general":{"project_id":\(Installation.projectID),"payment_id":"\(paymentID)"},\
            "customer":{"id":"c-1","ip_address":"198.51.100.47"},"account":{"bank_id":61021},\
            "payment":{"amount":10000,"currency":"USD"}}
            """
        var signer = Signer(secret: Array(Installation.secret.utf8))
        let body = try signer.sign(Array(request.utf8).span.bytes, place: .general)
        let connection = try RawHTTP(port: port)
        connection.post(
            "/v2/payment/banks/cambodia/sale", body, headers: [("Content-Type", "application/json")])
        let answer = connection.answer()
        #expect(answer?.status == 200, "\(answer?.text ?? "")")
    }

    /// Pays at the bank.
    func pay(_ paymentID: String) throws {
        let overview = try RawHTTP(port: port)
        overview.get("/")
        let page = try #require(overview.answer()).text
        let link = try #require(
            page.firstMatch(of: try Regex("<a href=\"(/bank/[0-9a-f]+)\">\(paymentID)</a>")))
        let bank = String(try #require(link.output[1].substring))
        let customer = try RawHTTP(port: port)
        customer.post("\(bank)/pay", [], headers: [("Content-Type", "application/x-www-form-urlencoded")])
        let status = try #require(customer.answer()).status
        #expect(status == 303 || status == 200)
    }

    /// The platform's own callback of a payment, once it was sent.
    func callback(_ paymentID: String, _ status: String) throws -> String {
        let isWanted = { (text: String) in
            text.contains("\"id\":\"\(paymentID)\"") && text.contains("\"status\":\"\(status)\"")
        }
        try #require(
            eventually(within: .seconds(120)) { self.receiver.requests.contains { isWanted($0.text) } })
        return try #require(receiver.requests.first { isWanted($0.text) }).text
    }

    /// A file of the merchant's own list.
    func list(_ paymentIDs: [String]) throws -> String {
        let file = folder.file("payments.txt")
        let lines = paymentIDs.map { "\(Installation.projectID):\($0)\n" }.joined()
        try Data("# open orders\n\n\(lines)".utf8).write(to: file)
        return file.path
    }

    func start(_ arguments: [String], gate: String? = nil, _ environment: [String: String] = [:]) throws
        -> ChildProcess
    {
        let own = ["TIDINGS_GATE_URL": gate ?? gateURL, "TIDINGS_RECONCILE_RATE": "1000/s"]
        return try installation.tidings(["reconcile"] + arguments, own.merging(environment) { $1 })
    }

    struct Run {
        var ending: ChildProcess.Ending?
        var output: String
        var errors: String
    }

    func reconcile(
        _ arguments: [String], gate: String? = nil, _ environment: [String: String] = [:]
    ) throws -> Run {
        let child = try start(arguments, gate: gate, environment)
        let ending = child.waitForEnd(within: .seconds(180))
        return Run(ending: ending, output: child.output, errors: child.errors)
    }

    func records(_ topic: Topic) throws -> [ReadRecord] {
        try readAll(installation.topics[topic], at: installation.broker.bootstrapServers)
    }
}
