// SPDX-License-Identifier: Apache-2.0
import Configuration
import Gate
import Testing
import WebClient

@Suite("Settings of Gate")
struct GateSettingsTests {
    @Test("the status of an unknown purchase is asked for first after 10 s, until gate.status_deadline")
    func statusDeadline() throws {
        let purchase = [
            "purchase", "gate", "--gate-url", "https://gate.example", "--keys-file", "keys.yaml",
            "--project", "1234", "--payment-id", "payment_47", "--payment-amount", "10000",
            "--payment-currency", "USD", "--customer-id", "customer_123", "--customer-ip-address",
            "198.51.100.47",
        ]
        let fallback = try readSettings(purchase).gate().pacing
        #expect(fallback.firstStatus == .seconds(10) && fallback.statusDeadline == .seconds(60))
        let given = try readSettings(purchase + ["--gate-status-deadline", "25s"]).gate().pacing
        #expect(given.firstStatus == .seconds(10) && given.statusDeadline == .seconds(25))
    }

    @Test("the time-outs and the largest answer are those of the settings")
    func connection() throws {
        let status = ["status", "1234:payment_47", "--keys-file", "keys.yaml", "--gate-url"]
        let limits = [
            "--gate-connect-timeout", "3s", "--gate-timeout", "7s", "--gate-response-limit", "4096",
        ]
        let given = try readSettings(status + ["https://gate.example"] + limits).gate().connection
        #expect(given.connectTimeout == .seconds(3) && given.timeout == .seconds(7))
        #expect(given.responseLimit == 4096 && !given.allowsPlainHTTP && given.authorityFile == nil)
        let variables = ["TIDINGS_GATE_URL": "https://gate.example", "TIDINGS_GATE_TIMEOUT": "9s"]
        #expect(
            try readSettings(Array(status.dropLast()), variables).gate().connection.timeout == .seconds(9))
    }
}
