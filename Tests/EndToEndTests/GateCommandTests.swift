// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The merchant's commands against a server of the test's own.
@Suite("Gate commands")
struct GateCommandTests {
    private typealias Result = (ending: ChildProcess.Ending?, output: String, errors: String)

    private static let accepted = #"{"status":"success","request_id":"r-1","payment_id":"payment_47"}"#
    private static let purchase = [
        "purchase", "gate", "--project", "1234", "--payment-id", "payment_47", "--payment-amount", "10000",
        "--payment-currency", "USD", "--customer-id", "customer_123", "--customer-ip-address",
        "198.51.100.47",
        "--account-bank-id", "61021",
    ]
    private static let page = [
        "purchase", "page", "--project", "1234", "--payment-id", "payment_47", "--payment-amount", "10000",
        "--payment-currency", "USD",
    ]
    private static let banks = [
        "banks", "--project", "1234", "--payment-amount", "10000", "--payment-currency", "USD",
    ]

    /// Runs a command with a keys file of one project.
    private func run(
        _ arguments: [String], url: String? = nil, page: String? = nil, keys: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Result {
        let folder = try TemporaryDirectory()
        let file = folder.file("keys.yaml")
        let main = "      - {id: main, secret_env: MAIN_SECRET}\n"
        try Data("projects:\n  \"1234\":\n    keys:\n\(main)\(keys ?? "")".utf8).write(to: file)
        var variables = [
            "TIDINGS_KEYS_FILE": file.path, "MAIN_SECRET": "secret of project 1234", "OTHER_SECRET": "other",
        ].merging(environment) { $1 }
        variables["TIDINGS_GATE_URL"] = url
        variables["TIDINGS_PAYMENT_PAGE_URL"] = page
        let child = try ChildProcess.tidings(arguments, environment: variables)
        let ending = child.waitForEnd(within: .seconds(120))
        return (ending, child.output, child.errors)
    }

    @Test("an accepted purchase is exit code 0, and one JSON object for a script")
    func accepted() throws {
        let server = try ScriptedServer { _, _ in .json(Self.accepted) }
        let result = try run(Self.purchase + ["--json"], url: server.url)
        #expect(result.ending == .exit(0), "\(result.errors)")
        #expect(
            result.output
                == #"{"outcome":"accepted","payment_id":"payment_47","request_id":"r-1","code":null,"message":null}"#
                + "\n")
        #expect(server.requests.map(\.path) == ["/v2/payment/banks/cambodia/sale"])
        let person = try run(Self.purchase, url: server.url)
        #expect(person.ending == .exit(0))
        #expect(person.output.contains("100.00 USD") && person.output.contains("Next:"))
    }

    @Test("a refused purchase is exit code 1 with the platform's code and message")
    func refused() throws {
        let server = try ScriptedServer { _, _ in
            .json(#"{"status":"error","code":"3041","message":"Payment ID already exists"}"#, status: 400)
        }
        let result = try run(Self.purchase + ["--json"], url: server.url)
        #expect(result.ending == .exit(1))
        #expect(result.output.contains(#""outcome":"refused""#) && result.output.contains(#""code":"3041""#))
    }

    @Test("a purchase that was not sent is exit code 5, one without a readable answer exit code 6")
    func unknown() throws {
        let free = try run(Self.purchase + ["--json"], url: "http://127.0.0.1:\(try freePort())")
        #expect(free.ending == .exit(5) && free.output.contains(#""outcome":"not-sent""#))
        let server = try ScriptedServer { _, _ in .reset([]) }
        let result = try run(
            Self.purchase + ["--json"], url: server.url, environment: ["TIDINGS_GATE_STATUS_DEADLINE": "1s"])
        #expect(result.ending == .exit(6) && result.output.contains(#""outcome":"unknown""#))
        #expect(server.requests.count { $0.path.hasSuffix("/sale") } == 1)
    }

    @Test(
        "a missing address, a semicolon, a wrong amount and plain HTTP to another machine are exit code 2, and nothing is sent"
    )
    func usage() throws {
        let server = try ScriptedServer { _, _ in .json(Self.accepted) }
        let missing = try run(Self.purchase)
        #expect(missing.ending == .exit(2) && missing.errors.contains("gate.url"))
        let page = try run(Self.page)
        #expect(page.ending == .exit(2) && page.errors.contains("payment_page.url"))
        let semicolon = try run(
            Self.purchase + ["--account-customer-name", "Bob;operation:id:1"], url: server.url)
        #expect(semicolon.ending == .exit(2) && semicolon.errors.contains("account.customer_name"))
        let amount = try run(Self.purchase.map { $0 == "10000" ? "100.00" : $0 }, url: server.url)
        #expect(amount.ending == .exit(2) && amount.errors.contains("minor units"))
        let plain = try run(Self.purchase, url: "http://192.0.2.1/")
        #expect(plain.ending == .exit(2))
        #expect(server.connectionCount == 0)
    }

    @Test("where a project has more than one active key, --key says which one signs")
    func keys() throws {
        let server = try ScriptedServer { _, _ in .json("[]") }
        let other = "      - {id: other, secret_env: OTHER_SECRET}\n"
        let result = try run(Self.banks, url: server.url, keys: other)
        #expect(result.ending == .exit(2) && result.errors.contains("main, other"))
        #expect(try run(Self.banks + ["--key", "other"], url: server.url, keys: other).ending == .exit(0))
        let shadow = "      - {id: other, secret_env: OTHER_SECRET, mode: shadow}\n"
        #expect(try run(Self.banks, url: server.url, keys: shadow).ending == .exit(0))
        #expect(try run(Self.banks.map { $0 == "1234" ? "99" : $0 }, url: server.url).ending == .exit(2))
    }

    @Test("--dry-run prints the request and the string that was signed, and sends nothing")
    func dryRun() throws {
        let server = try ScriptedServer { _, _ in .json("[]") }
        let set = ["--set", "customer.phone=855, 12", "--set-json", "payment.is_fast=true"]
        let result = try run(Self.purchase + set + ["--dry-run"], url: server.url)
        #expect(result.ending == .exit(0))
        #expect(result.output.contains("POST \(server.url)/v2/payment/banks/cambodia/sale"))
        #expect(result.output.contains("customer:phone:855, 12;"))
        #expect(result.output.contains("payment:is_fast:1"))
        #expect(!result.output.contains("secret of project"))
        #expect(
            try run(Self.page + ["--dry-run"], page: "https://pay.example/payment").output.contains(
                "project_id:1234"))
        #expect(server.connectionCount == 0)
    }

    @Test("purchase page prints the parameters, the URL and the pages, each alone where it is asked for")
    func page() throws {
        let url = "https://pay.example/payment"
        let json = try run(Self.page + ["--json"], page: url)
        #expect(json.ending == .exit(0))
        #expect(
            json.output.hasPrefix(#"{"project_id":1234,"payment_id":"payment_47","payment_amount":10000,"#))
        #expect(json.output.split(separator: "\n").count == 1)
        let link = try run(Self.page + ["--url"], page: url)
        #expect(
            link.output.hasPrefix("\(url)?project_id=1234&") && link.output.split(separator: "\n").count == 1)
        #expect(
            try run(Self.page + ["--html"], page: url).output.contains(
                #"<form method="post" action="\#(url)">"#))
        #expect(
            try run(Self.page + ["--widget"], page: url).output.contains(
                "https://pay.example/shared/merchant.js"))
        #expect(try run(Self.page, page: url).output.contains("\(url)?project_id=1234&"))
        #expect(try run(Self.page + ["--url", "--html"], page: url).ending == .exit(2))
    }

    @Test("banks and status print tables, and the platform's answer as JSON")
    func questions() throws {
        let server = try ScriptedServer { request, _ in
            request.path == "/v2/payment/status"
                ? .json(#"{"payment":{"id":"payment_47","status":"decline"}}"#)
                : .json(#"[{"id":61021,"name":"Wing Bank","minAmount":100,"limitCurrency":"USD"}]"#)
        }
        let banks = try run(Self.banks, url: server.url)
        #expect(banks.ending == .exit(0) && banks.output.contains("61021  Wing Bank  from 1.00 USD"))
        #expect(try run(Self.banks + ["--json"], url: server.url).output.hasPrefix(#"[{"id":61021,"#))
        let status = try run(["status", "1234:payment_47"], url: server.url)
        #expect(status.ending == .exit(0) && status.output.contains("decline (final)"))
        #expect(try run(["status", "payment_47"], url: server.url).ending == .exit(2))
        let missing = try ScriptedServer { _, _ in
            .json(#"{"status":"error","code":"3061","message":"Transaction not found"}"#)
        }
        let unknown = try run(["status", "1234", "x"], url: missing.url)
        #expect(unknown.ending == .exit(1) && unknown.errors.contains("3061 Transaction not found"))
    }

    @Test("a request to loopback never uses a proxy; one to another machine uses that of the environment")
    func proxy() throws {
        let proxy = try ScriptedServer { _, _ in .json("", status: 403) }
        let server = try ScriptedServer { _, _ in .json("[]") }
        let environment = ["http_proxy": proxy.url, "https_proxy": proxy.url, "no_proxy": ""]
        #expect(try run(Self.banks, url: server.url, environment: environment).ending == .exit(0))
        #expect(proxy.requests.isEmpty)
        let remote = try run(Self.banks, url: "https://gate.example", environment: environment)
        // The proxy refused the tunnel, so nothing of the request was sent.
        #expect(remote.ending == .exit(5), "\(remote.errors)")
        #expect(proxy.requests.first?.method == "CONNECT" && proxy.requests.first?.path == "gate.example:443")
    }

    @Test(
        "--follow waits for the events of the payment: 0 for success, 1 for another final status",
        arguments: ["success", "decline"])
    func follow(status: String) throws {
        let demo = try Demo()
        // The callbacks of this payment come after the purchase was sent, as they do from the platform.
        let server = try ScriptedServer { _, _ in
            let now = Int64(Date().timeIntervalSince1970)
            let redirect = """
                "redirect_data":{"method":"GET","body":[],"encrypted":[],"url":"https://example.com/redirect"},
                """
            let waiting = Traffic.body("payment_47", 47, "awaiting redirect result", now - 60, "r1")
                .replacing(#""operation":"#, with: redirect + #""operation":"#)
            try? demo.post(waiting)
            try? demo.post(Traffic.body("payment_47", 47, status, now - 5, "r1"))
            return .json(Self.accepted)
        }
        let kafka = ["--kafka-bootstrap-servers", demo.bootstrapServers, "--log-level", "error"]
        let result = try run(Self.purchase + ["--follow"] + kafka, url: server.url)
        #expect(result.ending == .exit(status == "success" ? 0 : 1), "\(result.errors)")
        #expect(result.output.contains("https://example.com/redirect"))
        #expect(result.output.contains("\(status) (final)"))
        demo.stop()
    }

    @Test("--follow ends with exit code 6 at its deadline, and buys nothing where Kafka cannot be reached")
    func followDeadline() throws {
        let server = try ScriptedServer { _, _ in .json(Self.accepted) }
        let unreachable = try run(
            Self.purchase + ["--follow", "--kafka-bootstrap-servers", "127.0.0.1:1", "--log-level", "error"],
            url: server.url)
        #expect(unreachable.ending == .exit(3), "\(unreachable.errors)")
        #expect(server.connectionCount == 0)
        #expect(try run(Self.purchase + ["--follow"], url: server.url).ending == .exit(2))
        let demo = try Demo()
        let late = try run(
            Self.purchase + [
                "--follow", "--follow-deadline", "2s", "--kafka-bootstrap-servers", demo.bootstrapServers,
            ]
                + ["--log-level", "error"], url: server.url)
        #expect(late.ending == .exit(6), "\(late.errors)")
        demo.stop()
    }
}
