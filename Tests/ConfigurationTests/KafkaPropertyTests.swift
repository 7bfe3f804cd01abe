// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Kafka
import Testing

@Suite("Kafka properties")
struct KafkaPropertyTests {
    @Test("a file as kcat reads it works unchanged, and names the brokers")
    func file() throws {
        let text = """
            # Cluster of the house
            bootstrap.servers=b1:9093,b2:9093

              security.protocol = SASL_SSL\r
            sasl.mechanisms=PLAIN
            sasl.username=alice
            sasl.password=a=b#c\\:d\\=e
            topic.request.timeout.ms=4000
            """
        try withFolder(["kafka.conf": text]) { folder in
            let file = folder.appending(path: "kafka.conf").path
            let settings = try readSettings(["topics", "check", "--kafka-config-file", file])
            let kafka = try settings.kafkaConfiguration(client: "topics")
            #expect(kafka["bootstrap.servers"] == "b1:9093,b2:9093")
            #expect(kafka["security.protocol"] == "SASL_SSL")
            #expect(kafka["sasl.password"] == "a=b#c:d=e")
            #expect(kafka["request.timeout.ms"] == "4000")
            #expect(kafka["client.id"] == "tidings-topics")
        }
    }

    @Test("what is given singly takes precedence over the file")
    func precedence() throws {
        try withFolder(["kafka.conf": "bootstrap.servers=b1:1\nclient.id=file\nlinger.ms=1"]) { folder in
            let settings = try readSettings([
                "topics", "check", "--kafka-config-file", folder.appending(path: "kafka.conf").path,
                "--kafka-bootstrap-servers", "b2:2", "--kafka-property", "linger.ms=2",
            ])
            let kafka = try settings.kafkaConfiguration(client: "topics")
            #expect(kafka["bootstrap.servers"] == "b2:2" && kafka["linger.ms"] == "2")
            #expect(kafka["client.id"] == "file")
        }
    }

    @Test(
        "what is wrong with the file is refused with its line, and no value is quoted",
        arguments: [
            ("x=1\nacks=0", 2, "acks cannot be set: "),
            ("\n\nsasl.password", 3, "is not of the form name=value"),
            ("sasl.pasword=hunter2", 1, "librdkafka \(KafkaVersion.text) has no such property"),
            ("# a\nsocket.timeout.ms=soon", 2, "socket.timeout.ms: "),
            ("client.id=", 1, "client.id has no value"),
            ("=hunter2", 1, "is not of the form name=value"), ("topic.acks=1", 1, "acks cannot be set: "),
        ])
    func refusals(text: String, line: Int, message: String) throws {
        try withFolder(["kafka.conf": text]) { folder in
            let file = folder.appending(path: "kafka.conf").path
            let error = try #require(throws: ConfigurationError.self) {
                _ = try readSettings(["topics", "check", "--kafka-config-file", file])
                    .kafkaConfiguration(client: "topics")
            }
            #expect(error.description.contains("\(file):\(line): "), "\(error)")
            #expect(error.description.contains(message), "\(error)")
            #expect(!error.description.contains("hunter2\n") && !error.description.hasSuffix("hunter2"))
        }
    }

    @Test("a refused property in the settings file is named with its own line")
    func settingsFile() throws {
        let yaml = "kafka:\n  bootstrap_servers: b:1\n  property:\n    linger.ms: 5\n    acks: 1\n"
        try withFolder(["t.yaml": yaml]) { folder in
            let file = folder.appending(path: "t.yaml").path
            let error = try #require(throws: ConfigurationError.self) {
                _ = try readSettings(["topics", "check", "--config-file", file]).kafkaConfiguration(
                    client: nil)
            }
            #expect(error.description.hasPrefix("\(file):5: acks cannot be set: "), "\(error)")
        }
    }

    @Test("a file without brokers is refused, and so is a property given in two ways")
    func incomplete() throws {
        try withFolder(["kafka.conf": "linger.ms=1", "password": "x"]) { folder in
            let file = folder.appending(path: "kafka.conf").path
            let missing = try #require(throws: ConfigurationError.self) {
                _ = try readSettings(["topics", "check", "--kafka-config-file", file])
                    .kafkaConfiguration(client: nil)
            }
            #expect(missing.description == "\(file): bootstrap.servers is missing")
            let doubled = try #require(throws: ConfigurationError.self) {
                _ = try readSettings([
                    "topics", "check", "--kafka-bootstrap-servers", "b:1", "--kafka-property",
                    "sasl.password=y",
                    "--kafka-property-file", "sasl.password=\(folder.appending(path: "password").path)",
                ]).kafkaConfiguration(client: nil)
            }
            #expect(doubled.description.contains("sasl.password is given twice"))
        }
    }

    @Test(
        "profile production refuses what exposes the connection, by its place; development only reports it",
        arguments: [
            (
                "security.protocol=ssl\nenable.ssl.certificate.verification=false", 2,
                TransportSecurity.Fault.certificateUnverified
            ),
            ("security.protocol=ssl\n\nssl.endpoint.identification.algorithm=none", 3, .nameUnverified),
            ("sasl.mechanism=PLAIN\nsecurity.protocol=sasl_plaintext", 2, .credentialsInClear),
        ])
    func profile(text: String, line: Int, fault: TransportSecurity.Fault) throws {
        try withFolder(["kafka.conf": text]) { folder in
            let file = folder.appending(path: "kafka.conf").path
            let arguments = ["--kafka-config-file", file, "--kafka-bootstrap-servers", "b:1"]
            for command in [["topics", "check"], ["worker"], ["prove"], ["config", "check"]] {
                let error = try #require(throws: ConfigurationError.self) {
                    _ = try readSettings(command + arguments + ["--profile", "production"])
                        .kafkaConfiguration(client: nil)
                }
                #expect(error.description == "\(file):\(line): \(fault), which profile production refuses")
                let lenient = try readSettings(command + arguments).kafkaConfiguration(client: nil)
                #expect(lenient.security.faults == [fault])
            }
        }
    }
}
