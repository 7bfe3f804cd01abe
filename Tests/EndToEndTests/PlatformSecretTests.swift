// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Payments
import TestSupport
import Testing

/// The secrets of a simulator, and where it does not run.
@Suite("Platform commands, secrets")
struct PlatformSecretTests {
    @Test("a script finds the new secret of listen in its first event, once, and callbacks verify with it")
    func listen() throws {
        let receiver = try ScriptedServer { _, _ in .json("") }
        let simulator = try ChildProcess.tidings([
            "platform", "listen", "--forward-to", receiver.url, "--platform-address", "127.0.0.1:0",
            "--platform-time-scale", "0.001", "--json",
        ])
        try #require(
            eventually(within: .seconds(120)) { simulator.output.contains("started") }, "\(simulator.errors)")
        let started = try #require(simulator.output.split(separator: "\n").first)
        let secret = String(try #require(started.firstMatch(of: /"secret":"([0-9a-f]{64})"/)).1)
        #expect(started.contains(#""project_id":1234"#))
        let url = String(try #require(started.firstMatch(of: /"url":"([^"]+)"/)).1)
        let trigger = try ChildProcess.tidings(["platform", "trigger", "success", "--platform", url])
        #expect(trigger.waitForEnd(within: .seconds(120)) == .exit(0), "\(trigger.errors)")
        try #require(eventually(within: .seconds(120)) { receiver.requests.count == 2 })
        var verifier = SignatureVerifier()
        for request in receiver.requests {
            let body = request.body
            #expect(try verifier.verify(body.span.bytes, secret: Array(secret.utf8)).rule == .natural)
        }
        simulator.send(SIGTERM)
        #expect(simulator.waitForEnd(within: .seconds(120)) == .exit(0))
        #expect(simulator.output.ranges(of: secret).count == 1 && !simulator.errors.contains(secret))
    }

    @Test("profile production refuses the simulator and its load", arguments: ["serve", "listen", "load"])
    func production(verb: String) throws {
        let folder = try TemporaryDirectory()
        let keys = "projects: {1234: {keys: [{id: main, secret_env: MAIN_SECRET}]}}\n"
        try Data(keys.utf8).write(to: folder.file("keys.yaml"))
        let load = verb == "load" ? ["--rate", "1", "--duration", "1s"] : []
        let child = try ChildProcess.tidings(
            ["platform", verb, "--forward-to", "http://127.0.0.1:1/", "--profile", "production"] + load,
            environment: [
                "TIDINGS_KEYS_FILE": folder.file("keys.yaml").path, "MAIN_SECRET": "secret of project 1234",
            ])
        #expect(child.waitForEnd(within: .seconds(120)) == .exit(2))
        #expect(child.errors.contains("production"), "\(child.errors)")
    }
}
