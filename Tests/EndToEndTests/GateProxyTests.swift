// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Which requests use the proxy of the environment.
@Suite("Gate, the proxy")
struct GateProxyTests {
    /// A proxy that refuses every tunnel, and remembers what it was asked for.
    private func proxy() throws -> ScriptedServer {
        try ScriptedServer { _, _ in .json("", status: 403) }
    }

    private static let variables = [
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
    ]

    private func environment(_ proxy: ScriptedServer, _ names: [String] = variables) -> [String: String] {
        let values = names.map { ($0, proxy.url) }
        return Dictionary(uniqueKeysWithValues: values).merging(["no_proxy": "", "NO_PROXY": ""]) { $1 }
    }

    @Test(
        "a request to 127.0.0.0/8, ::1 or localhost never uses it",
        arguments: [
            "http://127.0.0.1", "http://127.8.9.10", "http://localhost", "http://LocalHost", "http://[::1]",
            "https://127.0.0.1", "https://localhost", "https://[::1]",
        ])
    func loopback(origin: String) throws {
        let (proxy, server) = (try proxy(), try ScriptedServer { _, _ in .json("[]") })
        let command = try MerchantCommand(
            MerchantCommand.banks, gate: "\(origin):\(server.port)", environment(proxy))
        let ending = command.ending()
        #expect(proxy.connectionCount == 0)
        // The server speaks plain HTTP and listens on one address; the others are not reached.
        if ["http://127.0.0.1", "http://localhost", "http://LocalHost"].contains(origin) {
            #expect(ending == .exit(0), "\(command.process.errors)")
            #expect(server.requests.count == 1)
        } else {
            #expect(ending == .exit(5), "\(command.process.errors)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        "a request to another machine uses it",
        arguments: ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
    func remote(variable: String) throws {
        let proxy = try proxy()
        let command = try MerchantCommand(
            MerchantCommand.banks, gate: "https://gate.example", environment(proxy, [variable]))
        // The proxy refused the tunnel, so nothing of the request was sent.
        #expect(command.ending() == .exit(5), "\(command.process.errors)")
        #expect(proxy.requests.map(\.method) == ["CONNECT"])
        #expect(proxy.requests.map(\.path) == ["gate.example:443"])
    }

    @Test("no_proxy names the machines that are reached without it")
    func exception() throws {
        let proxy = try proxy()
        let environment = environment(proxy).merging(["no_proxy": "gate.invalid"]) { $1 }
        let command = try MerchantCommand(MerchantCommand.banks, gate: "https://gate.invalid", environment)
        #expect(command.ending() == .exit(5), "\(command.process.errors)")
        #expect(proxy.connectionCount == 0)
    }

    @Test("a purchase is sent three times where the proxy cannot be reached, and is not bought")
    func unreachable() throws {
        let dead = "http://127.0.0.1:\(try freePort())"
        let purchase = MerchantCommand.purchase + ["--json"]
        let command = try MerchantCommand(purchase, gate: "https://gate.example", ["https_proxy": dead])
        #expect(command.ending() == .exit(5), "\(command.process.errors)")
        #expect(command.process.output.contains(#""outcome":"not-sent""#))
    }
}
