// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// `tidings platform` and the merchant's commands together.
@Suite("Platform commands")
struct PlatformCommandTests {
    /// A simulator in a separate process.
    private struct Simulator {
        let process: ChildProcess
        let url: String
        let secret: String

        init(forwardTo: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
            let process = try ChildProcess.tidings(
                ["platform", "listen", "--forward-to", forwardTo, "--platform-address", "127.0.0.1:0"]
                    + arguments,
                environment: environment.merging(["TIDINGS_PLATFORM_TIME_SCALE": "0.001"]) { $1 })
            try #require(
                eventually(within: .seconds(60)) { process.output.contains("Ctrl-C") }, "\(process.errors)")
            let lines = process.output.split(separator: "\n").map(String.init)
            func value(_ name: String) throws -> String {
                let line = try #require(lines.first { $0.hasPrefix(name) })
                return String(line.dropFirst(name.count).drop { $0 == " " })
            }
            url = String(try value("payments").dropLast())
            secret = try value("secret")
            self.process = process
        }
    }

    private func run(_ arguments: [String], environment: [String: String] = [:]) throws
        -> (ending: ChildProcess.Ending?, output: String, errors: String)
    {
        let child = try ChildProcess.tidings(arguments, environment: environment)
        let ending = child.waitForEnd(within: .seconds(120))
        return (ending, child.output, child.errors)
    }

    @Test("listen prints a secret once; trigger sends a scenario signed with it, and replay sends it again")
    func listen() throws {
        let receiver = try ScriptedServer { _, _ in .json("") }
        let simulator = try Simulator(forwardTo: receiver.url)
        let triggered = try run(["platform", "trigger", "success", "--platform", simulator.url, "--json"])
        #expect(triggered.ending == .exit(0), "\(triggered.errors)")
        eventually(within: .seconds(60)) { receiver.requests.count == 2 }
        let folder = try TemporaryDirectory()
        try Data(simulator.secret.utf8).write(to: folder.file("secret"))
        try Data(receiver.requests[0].body).write(to: folder.file("body"))
        let verified = try run([
            "verify", "--secret-file", folder.file("secret").path, folder.file("body").path,
        ])
        #expect(verified.ending == .exit(0), "\(verified.output)")

        try Data(triggered.output.utf8).write(to: folder.file("run.json"))
        let replayed = try run([
            "platform", "replay", folder.file("run.json").path, "--platform", simulator.url,
        ])
        #expect(replayed.ending == .exit(0), "\(replayed.errors)")
        eventually(within: .seconds(60)) { receiver.requests.count == 4 }
        #expect(receiver.requests[2...].map(\.body) == receiver.requests[..<2].map(\.body))

        let list = try run(["platform", "trigger", "--list", "--platform", simulator.url])
        #expect(list.ending == .exit(0) && list.output.contains("partial-refund"))
        #expect(try run(["platform", "trigger", "nothing", "--platform", simulator.url]).ending == .exit(1))
        #expect(try run(["platform", "replay", "nothing", "--platform", simulator.url]).ending == .exit(1))
        simulator.process.send(SIGTERM)
        #expect(simulator.process.waitForEnd(within: .seconds(60)) == .exit(0))
    }

    @Test("a scenario of a file is sent, and a wrong one is exit code 2 with the place")
    func file() throws {
        let receiver = try ScriptedServer { _, _ in .json("") }
        let simulator = try Simulator(forwardTo: receiver.url)
        let folder = try TemporaryDirectory()
        let file = folder.file("mine.yaml")
        try Data("steps:\n  - callback: {status: decline, code: \"100\"}\n".utf8).write(to: file)
        #expect(try run(["platform", "trigger", file.path, "--platform", simulator.url]).ending == .exit(0))
        eventually(within: .seconds(60)) { receiver.requests.count == 1 }
        #expect(receiver.requests[0].text.contains(#""code":"100""#))
        try Data("steps:\n  - callback: {stauts: decline}\n".utf8).write(to: file)
        let wrong = try run(["platform", "trigger", file.path, "--platform", simulator.url])
        #expect(wrong.ending == .exit(2) && wrong.errors.contains("steps[0].callback"))
    }

    @Test("a callback URL of another machine needs --allow-remote, and profile production is refused")
    func refused() throws {
        let remote = try run(["platform", "listen", "--forward-to", "https://example.com/callbacks"])
        #expect(remote.ending == .exit(2) && remote.errors.contains("--allow-remote"))
        let production = try run(
            ["platform", "listen", "--forward-to", "http://127.0.0.1:1/", "--profile", "production"])
        #expect(production.ending == .exit(2) && production.errors.contains("production"))
        #expect(try run(["platform", "listen"]).ending == .exit(2))
    }

    @Test(
        "a purchase through the simulator's Gate is followed from the command to the event",
        arguments: ["pay", "decline"])
    func purchase(button: String) throws {
        let demo = try Demo()
        let folder = try TemporaryDirectory()
        let keys = folder.file("keys.yaml")
        try Data("projects:\n  \"1234\":\n    keys:\n      - {id: demo, secret_env: DEMO_SECRET}\n".utf8)
            .write(to: keys)
        let environment = ["TIDINGS_KEYS_FILE": keys.path, "DEMO_SECRET": demo.secretText]
        let simulator = try ChildProcess.tidings(
            ["platform", "serve", "--forward-to", demo.url, "--platform-address", "127.0.0.1:0"]
                + ["--platform-time-scale", "0.01", "--json"], environment: environment)
        try #require(
            eventually(within: .seconds(60)) { simulator.output.contains("started") }, "\(simulator.errors)")
        let url = try #require(simulator.output.firstMatch(of: /"url":"([^"]+)"/)).1
        let purchase = try ChildProcess.tidings(
            [
                "purchase", "gate", "--project", "1234", "--payment-id", "payment_47", "--payment-amount",
                "10000",
                "--payment-currency", "USD", "--customer-id", "c", "--customer-ip-address", "198.51.100.47",
                "--account-bank-id", "61021", "--follow", "--gate-url", String(url),
                "--kafka-bootstrap-servers",
                demo.bootstrapServers, "--log-level", "error",
            ], environment: environment)
        try #require(
            eventually(within: .seconds(60)) { purchase.output.contains("/bank/") }, "\(purchase.errors)")
        // The customer.
        let bank = try #require(purchase.output.firstMatch(of: /127\.0\.0\.1:([0-9]+)(\/bank\/[0-9a-f]+)/))
        let customer = try RawHTTP(port: try #require(Int(bank.1)))
        customer.post(
            "\(bank.2)/\(button)", [], headers: [("Content-Type", "application/x-www-form-urlencoded")])
        #expect(customer.answer()?.status == 303)
        #expect(
            purchase.waitForEnd(within: .seconds(120)) == .exit(button == "pay" ? 0 : 1), "\(purchase.errors)"
        )
        #expect(simulator.output.contains(#""accepted":true"#))
        simulator.kill()
        demo.stop()
    }

    @Test("a load is sent as planned, and every status that it sends has an event")
    func load() throws {
        let demo = try Demo()
        let folder = try TemporaryDirectory()
        try Data("projects:\n  \"1234\":\n    keys:\n      - {id: demo, secret_env: DEMO_SECRET}\n".utf8)
            .write(to: folder.file("keys.yaml"))
        try Data(
            """
            histories:
              - {scenario: success, weight: 3}
              - {scenario: duplicate, weight: 1}
              - definition: {steps: [{callback: {status: decline, faults: [wrong-signature]}}]}

            """.utf8
        ).write(to: folder.file("histories.yaml"))
        let load = [
            "platform", "load", "--keys-file", folder.file("keys.yaml").path, "--forward-to", demo.url,
            "--rate", "50", "--duration", "2s", "--platform-time-scale", "0.001", "--json",
        ]
        let environment = ["DEMO_SECRET": demo.secretText]
        let result = try run(
            load + [
                "--histories", folder.file("histories.yaml").path, "--seed", "7",
                "--kafka-bootstrap-servers", demo.bootstrapServers, "--log-level", "error",
            ], environment: environment)
        #expect(result.ending == .exit(0), "\(result.errors)\(result.output)")
        #expect(result.output.contains(#""unexpected":0"#) && result.output.contains(#""403":"#))
        #expect(result.output.contains(#""without_event":0"#), "\(result.output)")
        let wrong = try run(load, environment: ["DEMO_SECRET": "another secret"])
        #expect(wrong.ending == .exit(1), "\(wrong.output)")
        #expect(
            try run(
                load.map { $0 == demo.url ? "https://example.com/" : $0 }, environment: environment
            ).ending == .exit(2))
        demo.stop()
    }
}
