// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import TestSupport
import Testing

/// The key rotation of the runbook.
@Suite("The runbook: key rotation", .serialized, .needsBroker)
struct RunbookKeyTests {
    /// An ingress and a worker that verifies, with a keys file that changes, and the operator's shell.
    private final class Rotation {
        let installation: Installation
        private let folder: TemporaryDirectory
        private let shell: OperatorShell
        private let services: [ChildProcess]
        private let ports: (callbacks: Int, management: [Int])
        private let commands: [String]
        private(set) var accepted = 0
        private var operations = 0

        init() throws {
            installation = try Installation(on: try Broker.shared(), partitions: 1)
            let folder = try TemporaryDirectory()
            for name in ["old", "new"] { try Data("the \(name) secret".utf8).write(to: folder.file(name)) }
            try Self.write(["{id: old, secret_file: old, mode: active}"], in: folder)
            ports = (try freePort(), [try freePort(), try freePort()])
            // Nothing but SIGHUP loads the file.
            let keys = ["--keys-file", folder.file("keys.yaml").path, "--keys-check-interval", "3600s"]
            let management = ports.management.map { ["--management-address", "127.0.0.1:\($0)"] }
            services = [
                try installation.tidings(
                    ["ingress", "--ingress-address", "127.0.0.1:\(ports.callbacks)"] + management[0] + keys),
                try installation.tidings(
                    ["worker", "--worker-slot", "0", "--worker-verify", "always"] + management[1] + keys),
            ]
            shell = try OperatorShell(
                installation,
                [
                    ("keys.yaml", folder.file("keys.yaml").path),
                    ("HOST:8081", "127.0.0.1:\(ports.management[0])"),
                ])
            commands = try RunbookSection("Key rotation").commands
            try #require(commands.count == 3)
            self.folder = folder
            eventually(within: .seconds(180), "the ingress accepts nothing") {
                (try? post(signedBy: "old", 1)) == [200]
            }
        }

        private static func write(_ keys: [String], in folder: borrowing TemporaryDirectory) throws {
            let lines = keys.map { "      - \($0)\n" }.joined()
            let text = "projects:\n  \"\(Installation.projectID)\":\n    keys:\n\(lines)"
            try Data(text.utf8).write(to: folder.file("keys.yaml"), options: .atomic)
        }

        /// Changes the keys file, checks and loads it as the runbook says.
        ///
        /// - Returns: the counters that it says to look at.
        func change(to keys: [String]) throws -> String {
            let before = try reads("used")
            try Self.write(keys, in: folder)
            try shell.run(commands[0])
            try shell.run(commands[1])
            #expect(shell.takeRequests() == [["reload", "tidings-ingress"]])
            for service in services { service.send(SIGHUP) }
            try eventually { try zip(reads("used"), before).allSatisfy { $0 > $1 } }
            return try counters()
        }

        func counters() throws -> String { try shell.run(commands[2]) }

        /// Loads a malformed file.
        func breakFile() throws {
            try Data("projects: {".utf8).write(to: folder.file("keys.yaml"), options: .atomic)
            try shell.run(commands[0], exit: 2)
            for service in services { service.send(SIGHUP) }
            try eventually { try reads("refused").allSatisfy { $0 > 0 } }
        }

        private func reads(_ result: String) throws -> [Double] {
            try zip(ports.management, services).map { port, service in
                let scrape = try Scrape.first(of: port, by: service)
                return scrape.value("tidings_keys_file_reads_total", "result=\"\(result)\"") ?? 0
            }
        }

        /// The statuses of callbacks that are signed by a key.
        func post(signedBy key: String, _ count: Int) throws -> [Int?] {
            var signer = Signer(secret: Array("the \(key) secret".utf8))
            return try (0..<count).map { _ in
                operations += 1
                let text = Traffic.body(
                    "rotated-\(operations)", operations, "success", Int64(time(nil)) - 60, "r1")
                let body = Array(text.utf8)
                let signed = try signer.sign(body.span.bytes)
                let status = Platform().postOnce(String(decoding: signed, as: UTF8.self), to: ports.callbacks)
                if status == 200 { accepted += 1 }
                return status
            }
        }

        /// Waits until the worker has processed everything.
        func waitUntilDecided() throws { try installation.waitUntilDecided(by: services) }

        func stop() {
            for service in services {
                service.send(SIGTERM)
                #expect(
                    service.waitForEnd(within: .seconds(120)) == .exit(0), "\(service.errors.suffix(2000))")
            }
        }
    }

    private static func count(_ name: String, _ key: String, in text: String) -> Int {
        text.split(separator: "\n").filter { $0.hasPrefix("\(name){") && $0.contains("key=\"\(key)\"") }
            .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }

    private static func verified(_ key: String, _ text: String) -> Int {
        count("tidings_ingress_verified_total", key, in: text)
    }

    @Test("a new key is seen in shadow, then both verify, then the new one alone; nothing is lost")
    func rotation() throws {
        let rotation = try Rotation()
        _ = try rotation.change(to: [
            "{id: old, secret_file: old, mode: active}", "{id: new, secret_file: new, mode: shadow}",
        ])
        #expect(try rotation.post(signedBy: "new", 3) == [403, 403, 403])
        #expect(
            Self.count("tidings_ingress_shadow_matches_total", "new", in: try rotation.counters()) == 3)
        #expect(try rotation.post(signedBy: "old", 2) == [200, 200])

        let retiring = "{id: old, secret_file: old, mode: retiring, until: 2036-01-01T00:00:00Z}"
        let before = try rotation.change(to: [retiring, "{id: new, secret_file: new, mode: active}"])
        // The platform switches: callbacks of both keys are on their way.
        for key in ["new", "old", "new"] { #expect(try rotation.post(signedBy: key, 2) == [200, 200]) }
        let switched = try rotation.counters()
        #expect(Self.verified("old", switched) == Self.verified("old", before) + 2)
        #expect(Self.verified("new", switched) == 4)
        #expect(try rotation.post(signedBy: "new", 2) == [200, 200])
        #expect(Self.verified("old", try rotation.counters()) == Self.verified("old", switched))

        try rotation.waitUntilDecided()
        _ = try rotation.change(to: ["{id: new, secret_file: new, mode: active}"])
        #expect(try rotation.post(signedBy: "old", 1) == [403])
        #expect(try rotation.post(signedBy: "new", 2) == [200, 200])
        // A broken file keeps the older keys.
        try rotation.breakFile()
        #expect(try rotation.post(signedBy: "new", 2) == [200, 200])
        try rotation.waitUntilDecided()
        rotation.stop()
        let found = try expectExactlyOnce(in: rotation.installation)
        #expect(found.expected.account == [.advance: rotation.accepted])
        #expect(try rotation.installation.outputCounts() == [rotation.accepted, 0, 0])
    }
}
