// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate
import Testing
import WebClient

@Suite("Profile")
struct ProfileTests {
    @Test("every command that talks to Kafka or to Gate reads it")
    func everywhere() {
        for command in Command.allCases {
            let names = Set(command.rows.map(\.name))
            let isConnecting = names.contains("kafka.bootstrap_servers") || names.contains("gate.url")
            // `topics acls` names the brokers in what it prints, and contacts none.
            guard isConnecting, command != .topicsACLs else { continue }
            #expect(names.contains("profile"), "\(command.rawValue)")
        }
    }

    @Test(
        "plain HTTP to Gate is for loopback only, with every profile",
        arguments: ["development", "production"])
    func gate(profile: String) throws {
        let money = ["--payment-amount", "10000", "--payment-currency", "USD"]
        for command in [
            ["banks", "--project", "1234"] + money, ["status", "1234:payment_47"],
            ["reconcile", "--kafka-bootstrap-servers", "b:1"],
        ] {
            let arguments = command + ["--keys-file", "keys.yaml", "--profile", profile, "--gate-url"]
            for url in ["http://127.0.0.1:1/", "http://[::1]/", "http://localhost/", "https://gate.example"] {
                #expect(try readSettings(arguments + [url]).gate().address.description == url)
            }
            let error = #expect(throws: ConfigurationError.self) {
                try readSettings(arguments + ["http://gate.example/"])
            }
            #expect(error?.description.contains("is plain HTTP") == true)
        }
    }
}
