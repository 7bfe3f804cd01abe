// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import HTTP
import Testing

@Suite("Impossible combinations")
struct CombinationTests {
    @Test(
        "settings that contradict one another are refused with key, file and line",
        arguments: [
            ("ingress:\n  header_limit: 1KiB", "t.yaml:2: ingress.header_limit contradicts"),
            ("ingress:\n  header_field_limit: 64KiB", "t.yaml:2: ingress.header_field_limit contradicts"),
            (
                "ingress:\n  connection_limit: 10\n  connection_limit_per_address: 20",
                "t.yaml:3: ingress.connection_limit_per_address contradicts"
            ),
            ("ingress:\n  linger: 100ms\n  deadline: 150ms", "t.yaml:2: ingress.linger contradicts"),
            (
                "ingress:\n\n  tls_certificate_file: c.pem",
                "t.yaml:3: ingress.tls_certificate_file needs ingress.tls_key_file too"
            ),
            (
                "ingress:\n  tls_key_file: k.pem",
                "t.yaml:2: ingress.tls_key_file needs ingress.tls_certificate_file too"
            ),
            ("deduplication:\n  window: 20d", "t.yaml:2: deduplication.window contradicts"),
            ("deduplication:\n  max_age: 40d", "t.yaml:2: deduplication.max_age contradicts"),
            (
                "deduplication:\n  summary_retention: 30d",
                "t.yaml:2: deduplication.summary_retention contradicts"
            ),
        ])
    func contradictions(yaml: String, message: String) throws {
        try withFolder(["t.yaml": yaml]) { folder in
            let file = folder.appending(path: "t.yaml").path
            let error = try #require(throws: ConfigurationError.self) {
                _ = try readSettings(["config", "check", "--config-file", file])
            }
            #expect(error.problems.count == 1)
            #expect(error.description.hasPrefix(folder.appending(path: message).path), "\(error)")
        }
    }

    @Test("a service refuses the separate combinations settings too")
    func service() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try readSettings([
                "worker", "--kafka-bootstrap-servers", "b:1", "--deduplication-window", "20d",
            ])
        }
        #expect(error.description.hasPrefix("--deduplication-window contradicts: deduplication.window (20d)"))
    }

    @Test(
        "management.address in a file that ingress and worker can share is refused",
        arguments: [
            "ingress: {threads: 1}\nworker: {threads: 1}\nmanagement:\n  address: 127.0.0.1:9000",
            "kafka: {bootstrap_servers: b:1}\n\nmanagement:\n  address: 127.0.0.1:9000",
        ], ["ingress", "worker", "config check"])
    func sharedManagement(yaml: String, command: String) throws {
        try withFolder(["t.yaml": yaml]) { folder in
            let file = folder.appending(path: "t.yaml").path
            let error = try #require(throws: ConfigurationError.self) {
                _ = try readSettings(
                    command.split(separator: " ").map(String.init) + ["--config-file", file],
                    ["TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "b:1", "TIDINGS_KEYS_FILE": "k.yaml"])
            }
            #expect(
                error.description.hasPrefix(
                    "\(file):4: management.address is in a file that ingress and worker can share"),
                "\(error)")
        }
    }

    @Test("a file of one service may contain its management address; the other service refuses it")
    func ownManagement() throws {
        let yaml = "worker: {threads: 1}\nmanagement: {address: 127.0.0.1:9000}"
        try withFolder(["t.yaml": yaml]) { folder in
            let environment = [
                "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "b:1", "TIDINGS_KEYS_FILE": "k.yaml",
                "TIDINGS_CONFIG_FILE": folder.appending(path: "t.yaml").path,
            ]
            let worker = try readSettings(["worker"], environment)
            #expect(worker[WorkerSettings.managementAddress]?.port == 9000)
            #expect(throws: ConfigurationError.self) { try readSettings(["ingress"], environment) }
        }
    }

    @Test(
        "a worker's management port is 8082 and its slot",
        arguments: [("0", 8082), ("7", 8089), ("99", 8181), ("100", 8082), ("blue", 8082)]
            as [(String, UInt16)])
    func workerPort(slot: String, port: UInt16) throws {
        let settings = try readSettings(["worker", "--kafka-bootstrap-servers", "b:1", "--worker-slot", slot])
        #expect(settings[WorkerSettings.managementAddress]?.description == "127.0.0.1:\(port)")
        let given = try readSettings([
            "worker", "--kafka-bootstrap-servers", "b:1", "--worker-slot", slot, "--management-address",
            "127.0.0.1:1",
        ])
        #expect(given[WorkerSettings.managementAddress]?.port == 1)
    }
}
