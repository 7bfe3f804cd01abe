// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What each built-in scenario of the simulator leads to, from the command to the events.
@Suite("Scenarios and their events")
struct ScenarioEventTests {
    /// The operation's status in each event, in order.
    private static let expected: [(scenario: String, statuses: [String])] = [
        ("success", ["awaiting redirect result", "success"]),
        ("decline", ["awaiting redirect result", "decline"]),
        ("redirect", ["awaiting redirect result"]),
        ("3ds", ["awaiting 3ds result", "processing", "success"]),
        ("awaiting-customer", ["awaiting customer", "success"]),
        ("cascade", ["decline", "success"]),
        ("refund", ["success", "success", "success"]),
        ("partial-refund", ["success", "success"]),
        ("manual-change", ["decline", "success"]),
        ("duplicate", ["success"]), ("date-shift", ["success"]), ("reorder", ["success"]),
        ("lost-answer", ["success"]), ("unknown-status", ["awaiting moonrise", "success"]),
        ("large-text", ["success"]), ("odd-text", ["decline"]), ("forged", []),
    ]

    @Test("each scenario leads to its events and no others; no secret of the keys file is printed")
    func events() throws {
        let demo = try Demo()
        let folder = try TemporaryDirectory()
        try Data("projects:\n  \"1234\":\n    keys:\n      - {id: demo, secret_env: DEMO_SECRET}\n".utf8)
            .write(to: folder.file("keys.yaml"))
        let simulator = try ChildProcess.tidings(
            [
                "platform", "serve", "--forward-to", demo.url, "--platform-address", "127.0.0.1:0",
                "--platform-time-scale", "0.0001", "--json",
            ],
            environment: [
                "TIDINGS_KEYS_FILE": folder.file("keys.yaml").path, "DEMO_SECRET": demo.secretText,
            ])
        try #require(
            eventually(within: .seconds(120)) { simulator.output.contains("started") }, "\(simulator.errors)")
        let url = String(try #require(simulator.output.firstMatch(of: /"url":"([^"]+)"/)).1)
        var payments: [String: String] = [:]
        for (scenario, _) in Self.expected {
            let trigger = try ChildProcess.tidings([
                "platform", "trigger", scenario, "--platform", url, "--json",
            ])
            #expect(trigger.waitForEnd(within: .seconds(120)) == .exit(0), "\(trigger.errors)")
            payments[scenario] = String(
                try #require(trigger.output.firstMatch(of: /"payment_id":"([^"]+)"/)).1)
        }
        let count = Self.expected.reduce(0) { $0 + $1.statuses.count }
        try #require(eventually { try demo.events().count >= count })
        // The forged one is refused, and sent again.
        try #require(
            eventually {
                simulator.output.split(separator: "\n").contains {
                    $0.contains("\"payment_id\":\"forged-") && $0.contains("\"attempt\":3,\"status\":403")
                }
            })
        let events = try demo.events()
        for (scenario, statuses) in Self.expected {
            let id = try #require(payments[scenario])
            let found = events.filter { $0.keyText == "1234:\(id)" }.compactMap(\.valueText)
            #expect(
                found.map { text in
                    text.firstMatch(of: /"operation":\{"id":\d+,"type":"[a-z]+","status":"([^"]+)"/)
                        .map { String($0.1) } ?? ""
                } == statuses, "\(scenario)")
        }
        #expect(!(simulator.output + simulator.errors).contains(demo.secretText))
        simulator.kill()
        demo.stop()
    }
}
