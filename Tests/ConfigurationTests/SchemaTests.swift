// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Kafka
import TestSupport
import Testing

private let processor = OutsideTool("Tests/Reference/check_settings.py", modules: ["check_jsonschema"])

@Suite("JSON Schemas")
struct SchemaTests {
    private static let accepted = [
        "profile: production", "profile: development\nworker: {slot: 0, threads: \"3\"}",
        "worker:\nkafka: {bootstrap_servers: \"a:1,b:2\", property: {linger.ms: 5, acks: all}}",
        "kafka: {property: [linger.ms=5], property_file: {sasl.password: p}, config_file: kafka.conf}",
        "topic: {prefix: \"\", status: s.v1, retention: 30d}", "topic: {prefix: }",
        "ingress: {address: \"[::1]:80\", deadline: 30s, linger: 0ms, header_limit: 8192}",
        "ingress: {allow: [10.0.0.0/8, \"::1\"], trusted_proxies: \"10.0.0.0/8, ::1/128\", unverified_rate: 0}",
        "ingress: {tls_certificate_file: c, tls_key_file: k}",
        "management: {address: \"\"}", "ingress: {threads: 1}\nmanagement: {address: 127.0.0.1:9000}",
        "deduplication: {window: 840h, max_age: 43200m, date_tolerance: 3600000ms}",
        "worker: {batch_bytes: 64KiB, batch_records: 100000, session_timeout: 300s, verify: always}",
        "event: {encoding: protobuf, source: urn:x}", "log: {level: debug, format: json}",
        "callback: {number_limit: 64, depth_limit: 004, member_limit: 16, signed_text_limit: 64MiB}",
    ]
    private static let refused = [
        "- a", "profile: test", "profile:", "wurker: {}", "worker: {grup: x}", "worker: [a]",
        "worker: {group: a b}",
        "worker: {group: }", "worker: {group: ..}", "worker: {slot: [1]}", "worker: {threads: 0}",
        "worker: {threads: \"65\"}", "worker: {threads: 65}", "worker: {threads: many}",
        "worker: {threads: 1.5}",
        "worker: {batch_bytes: 63KiB}", "worker: {batch_bytes: 65535}", "worker: {batch_bytes: 2GiB}",
        "worker: {batch_bytes: 1MB}", "worker: {session_timeout: 301s}", "worker: {session_timeout: 999ms}",
        "worker: {session_timeout: 45}", "worker: {verify: sometimes}", "ingress: {address: 8080}",
        "ingress: {address: \":8080\"}", "ingress: {address: \"::1:80\"}", "ingress: {address: \"h:65536\"}",
        "ingress: {deadline: 31s}", "ingress: {deadline: 99ms}", "ingress: {deadline: -3s}",
        "ingress: {linger: 101ms}",
        "ingress: {allow: {a: b}}", "ingress: {allow: [example.com]}",
        "ingress: {allow: \"10.0.0.0/8,,::1\"}",
        "ingress: {tls_key_file: k}", "callback: {number_limit: 65}", "callback: {body_limit: 524289}",
        "callback: {body_limit: 1023B}", "callback: {depth_limit: 3}", "event: {source: \"\"}",
        "kafka: {property: {acks: 1}}", "kafka: {property: {group.id: x}}", "kafka: {property: plain}",
        "kafka: {property: {enable.idempotence: false}}", "deduplication: {date_tolerance: 61m}",
        "deduplication: {window: 3651d}", "memory: {stale_age: 30d}", "worker: {profile: production}",
        "ingress: {threads: 1}\nworker: {threads: 1}\nmanagement: {address: 127.0.0.1:9000}",
        "management: {address: 127.0.0.1:9000}",
    ]

    @Test(
        "the schema of the settings and config check agree on every file",
        .enabled(if: processor.python != nil, processor.howToHaveOne))
    func settings() throws {
        let corpus = Self.accepted.map { ($0, true) } + Self.refused.map { ($0, false) }
        try compare(corpus, .settingsSchema) { file in
            _ = try readSettings(["config", "check", "--config-file", file]).assumingBrokers
                .kafkaConfiguration(client: nil)
        }
    }

    @Test(
        "the schema of the keys and the reader of the keys file agree on every file",
        .enabled(if: processor.python != nil, processor.howToHaveOne))
    func keys() throws {
        func one(_ key: String) -> String { "projects:\n  1: {keys: [\(key)]}" }
        let accepted = [
            one("{id: a, secret_env: S}"), one("{id: a, secret_env: S, mode: shadow}"),
            one("{id: a.b-c_1, secret_env: S, mode: retiring, until: 2026-12-31T00:00:00Z}"),
            one("{id: 7, secret_env: S, mode: active}"),
            one("{id: a, secret_env: S, mode: retiring, until: \"2026-12-31\"}"),
            "projects:\n  \"1234\": {keys: [{id: a, secret_env: S}]}\n  99: {keys: [{id: b, secret_env: S}]}",
        ]
        let refused = [
            "", "projects: {}", "project: {}", "projects:\n  x1: {keys: [{id: a, secret_env: S}]}",
            "projects:\n  1: {keys: []}", "projects:\n  1: {keyz: []}", one("{id: a}"),
            one("{secret_env: S}"),
            one("{id: a b, secret_env: S}"), one("{id: a, secret_env: S, secret_file: f}"),
            one("{id: a, secret_env: S, mode: activ}"), one("{id: a, secret_env: S, mode: retiring}"),
            one("{id: a, secret_env: S, mode: retiring, until: soon}"),
            one("{id: a, secret_env: S, until: 2026-12-31T00:00:00Z}"),
            one("{id: a, secret_env: S, secert: x}"),
        ]
        try compare(accepted.map { ($0, true) } + refused.map { ($0, false) }, .keysSchema) { file in
            _ = try KeysFile.read(file, environment: ["S": "secret"])
        }
    }

    private func compare(
        _ corpus: [(text: String, isAccepted: Bool)], _ document: GeneratedDocument,
        _ read: (String) throws -> Void
    ) throws {
        // Two entries of the corpus name files.
        var files = ["schema.json": document.text, "p": "x", "kafka.conf": "linger.ms=1"]
        for (index, entry) in corpus.enumerated() { files["\(index).yaml"] = entry.text }
        try withFolder(files) { folder in
            let paths = corpus.indices.map { folder.appending(path: "\($0).yaml").path }
            for (path, entry) in zip(paths, corpus) {
                let isAccepted = (try? read(path)) != nil
                #expect(isAccepted == entry.isAccepted, "tidings: \(entry.text)")
            }
            let outcome = try processor.run(
                [folder.appending(path: "schema.json").path] + paths, within: .seconds(600))
            try #require(outcome.ending == .exit(0), "\(outcome.output)")
            let outputs = outcome.output.split(separator: "\n")
            try #require(outputs.count == corpus.count, "\(outcome.output)")
            for (output, entry) in zip(outputs, corpus) {
                #expect((output == "accepted") == entry.isAccepted, "schema: \(entry.text)")
            }
        }
    }

    @Test(
        "the schemas in the repository are those that tidings prints",
        arguments: [(GeneratedDocument.settingsSchema, "settings"), (.keysSchema, "keys")])
    func current(document: GeneratedDocument, name: String) throws {
        let file = Repository.file("deploy/config/\(name).schema.json")
        #expect(
            try String(contentsOf: file, encoding: .utf8) == document.text,
            "run: tidings config schema \(name) > deploy/config/\(name).schema.json")
    }

    @Test("the sample files are accepted by their schemas and by config check")
    func samples() throws {
        let names = ["tidings.yaml", "keys.yaml", "kafka.properties"]
        var files: [String: String] = [:]
        for name in names {
            files[name] = try String(contentsOf: Repository.file("deploy/config/\(name)"), encoding: .utf8)
        }
        #expect(
            files["tidings.yaml"]?.hasPrefix("# yaml-language-server: $schema=settings.schema.json\n") == true
        )
        #expect(files["keys.yaml"]?.hasPrefix("# yaml-language-server: $schema=keys.schema.json\n") == true)
        try withFolder(files) { folder in
            let secrets = folder.appending(path: "secrets")
            try FileManager.default.createDirectory(at: secrets, withIntermediateDirectories: true)
            for name in ["1234-main", "1234-next", "1234-previous", "kafka-password"] {
                try Data("a secret of \(name)\n".utf8).write(to: secrets.appending(path: name))
            }
            for command in [["ingress"], ["worker"], ["config", "check"]] {
                let settings = try readSettings(
                    command + ["--config-file", folder.appending(path: "tidings.yaml").path])
                #expect(settings[CommonSettings.profile] == .production)
                let kafka = try settings.kafkaConfiguration(client: nil)
                #expect(kafka.security.isVerified && kafka["sasl.password"] == "a secret of kafka-password")
            }
            let keys = try KeysFile.read(folder.appending(path: "keys.yaml").path, environment: [:])
            #expect(keys.projects.map(\.projectID) == [1234])
        }
        guard processor.python != nil else { return }
        for (schema, sample) in [("settings", "tidings.yaml"), ("keys", "keys.yaml")] {
            let outcome = try processor.run([
                Repository.file("deploy/config/\(schema).schema.json").path,
                Repository.file("deploy/config/\(sample)").path,
            ])
            #expect(outcome.output == "accepted\n")
        }
    }
}
