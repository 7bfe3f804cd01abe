// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@Suite("Merchant commands")
struct MerchantCommandTests {
    @Test("with profile production plain HTTP to loopback is a warning, and the request is sent")
    func plain() throws {
        let server = try ScriptedServer { _, _ in .json("[]") }
        for (profile, warns) in [("production", true), ("development", false)] {
            let command = try MerchantCommand(
                MerchantCommand.banks, gate: server.url, ["TIDINGS_PROFILE": profile])
            #expect(command.ending() == .exit(0), "\(command.process.errors)")
            #expect(command.process.errors.contains("gate.url is plain HTTP") == warns, "\(profile)")
        }
        #expect(server.requests.count == 2)
        let remote = try MerchantCommand(
            MerchantCommand.banks, gate: "http://gate.example", ["TIDINGS_PROFILE": "production"])
        #expect(remote.ending() == .exit(2) && remote.process.errors.contains("is plain HTTP"))
    }

    @Test("the exit code of a purchase is the same where nobody reads the output")
    func withoutReader() throws {
        let deadline = ["TIDINGS_GATE_STATUS_DEADLINE": "1s"]
        let cut = try ScriptedServer { _, _ in .reset([]) }
        let unknown = try MerchantCommand(
            MerchantCommand.purchase + ["--json"], gate: cut.url, deadline, hasReader: false)
        #expect(unknown.ending() == .exit(6), "\(unknown.process.errors)")
        #expect(unknown.process.errors.contains("cannot be written to standard output"))
        let unsent = try MerchantCommand(
            MerchantCommand.purchase, gate: "http://127.0.0.1:\(try freePort())", hasReader: false)
        #expect(unsent.ending() == .exit(5), "\(unsent.process.errors)")
    }

    @Test("any other command ends by SIGPIPE where nobody reads the output, not with exit code 0")
    func filter() throws {
        let server = try ScriptedServer { _, _ in .json("[]") }
        let command = try MerchantCommand(MerchantCommand.banks, gate: server.url, hasReader: false)
        #expect(command.ending() == .signal(SIGPIPE), "\(command.process.errors)")
        #expect(command.process.errors.isEmpty)
    }

    @Test("a question for banks without a payment id has a new one each time")
    func newID() throws {
        let server = try ScriptedServer { _, _ in .json("[]") }
        for _ in 0..<2 {
            let command = try MerchantCommand(MerchantCommand.banks, gate: server.url)
            #expect(command.ending() == .exit(0), "\(command.process.errors)")
        }
        let given = try MerchantCommand(
            MerchantCommand.banks + ["--payment-id", "payment_47"], gate: server.url)
        #expect(given.ending() == .exit(0), "\(given.process.errors)")
        let ids = try server.requests.map { request in
            String(try #require(request.text.firstMatch(of: /"payment_id":"([^"]+)"/)).1)
        }
        #expect(Set(ids).count == 3 && ids.last == "payment_47")
    }
}
