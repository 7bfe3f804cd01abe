// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import HTTP
import Ingress
import Kafka
import Payments
import Testing

@Suite("Settings")
struct SettingsTests {
    private let required = [
        "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "localhost:9092", "TIDINGS_KEYS_FILE": "k.yaml",
    ]

    @Test("names of environment and flags are those that others rely on")
    func names() {
        let names = Set(SettingsTable.rows.compactMap(\.environmentName))
        for name in [
            "KAFKA_BOOTSTRAP_SERVERS", "KEYS_FILE", "TOPIC_PREFIX", "TOPIC_CALLBACKS", "TOPIC_STATUS",
            "TOPIC_REVIEW", "TOPIC_DEAD_LETTER", "TOPIC_CHANGELOG", "INGRESS_ADDRESS", "MANAGEMENT_ADDRESS",
            "WORKER_GROUP", "WORKER_SLOT", "WORKER_THREADS", "WORKER_STATE_DIR", "WORKER_VERIFY", "LOG_LEVEL",
            "EVENT_ENCODING", "PROFILE", "KAFKA_CONFIG_FILE", "DEDUPLICATION_WINDOW",
        ] {
            #expect(names.contains("TIDINGS_\(name)"))
        }
        #expect(KafkaSettings.bootstrapServers.row.flag == "--kafka-bootstrap-servers")
        #expect(WorkerSettings.stateDirectory.row.flag == "--worker-state-dir")
    }

    @Test("no two settings share a name, and every default is a value of its kind")
    func table() throws {
        let names = SettingsTable.rows.map(\.name)
        #expect(Set(names).count == names.count)
        for command in Command.allCases {
            guard case .help(let text) = try Invocation.read(command.words + ["--help"], environment: [:])
            else {
                Issue.record("\(command) has no help")
                continue
            }
            #expect(text.contains("Example"))
        }
        _ = try read(["worker"], required)
        _ = try read(["ingress"], required)
        _ = try read(["config", "print"], [:])
    }

    @Test("defaults are those of the design")
    func defaults() throws {
        let ingress = try read(["ingress"], required)
        #expect(ingress[IngressSettings.address].description == "127.0.0.1:8080")
        #expect(ingress[IngressSettings.managementAddress]?.description == "127.0.0.1:8081")
        #expect(ingress[IngressSettings.deadline] == .seconds(3))
        #expect(ingress[CallbackSettings.bodyLimit] == 65_536)
        #expect(ingress[KafkaSettings.topicPrefix] == "payments.")
        #expect(ingress[KafkaSettings.statusTopic] == nil)
        let worker = try read(["worker"], required)
        #expect(worker[WorkerSettings.group] == "tidings")
        #expect(worker[WorkerSettings.verification] == .missing)
        #expect(worker[CommonSettings.profile] == .development)
        #expect(worker[DeduplicationSettings.window] == .seconds(35 * 86_400))
        #expect(worker[DeduplicationSettings.summaryRetention] == .seconds(400 * 86_400))
    }

    @Test("flags take precedence over the environment, the environment over the file, the file over defaults")
    func precedence() throws {
        let yaml = "worker:\n  group: of-file\n  slot: \"7\"\n  threads: 3\n"
        try withFolder(["tidings.yaml": yaml]) { folder in
            let file = folder.appending(path: "tidings.yaml").path
            let environment = required.merging(
                ["TIDINGS_CONFIG_FILE": file, "TIDINGS_WORKER_SLOT": "8", "TIDINGS_WORKER_THREADS": "4"]
            ) { $1 }
            let settings = try read(["worker", "--worker-threads=5"], environment)
            #expect(settings[WorkerSettings.group] == "of-file")
            #expect(settings[WorkerSettings.slot] == "8")
            #expect(settings[WorkerSettings.threads] == 5)
            #expect(settings[WorkerSettings.sessionTimeout] == .seconds(45))
            #expect(settings.origin(of: WorkerSettings.group) == .file(file, line: 2))
            #expect(settings.origin(of: WorkerSettings.threads) == .flag("--worker-threads"))
        }
    }

    @Test("everything that is wrong with a file is reported together, with its lines")
    func brokenFile() throws {
        let yaml = """
            worker:
              grup: x
              threads: many
            wurker: {}
            ingress:
              address: 8080
              allow: {a: b}
            """
        try withFolder(["tidings.yaml": yaml]) { folder in
            let file = folder.appending(path: "tidings.yaml").path
            let error = try #require(throws: ConfigurationError.self) {
                _ = try read(["worker", "--config-file", file], required)
            }
            #expect(error.problems.map(\.line) == [2, 3, 4, 6, 7])
            #expect(
                error.description.contains(
                    #"\#(file):2: unknown setting "worker.grup" (did you mean worker.group?)"#))
            #expect(error.description.contains(#"unknown section "wurker" (did you mean worker?)"#))
        }
    }

    @Test("lists and librdkafka properties come from every source")
    func elements() throws {
        let yaml = """
            ingress: {allow: [10.0.0.0/8, "::1/128"]}
            kafka:
              property: {security.protocol: SSL, sasl.password: "a;b=c"}
            """
        try withFolder(["t.yaml": yaml]) { folder in
            let environment = required.merging(["TIDINGS_CONFIG_FILE": folder.appending(path: "t.yaml").path])
            { $1 }
            let ofFile = try read(["ingress"], environment)
            #expect(ofFile[IngressSettings.allow].map(\.description) == ["10.0.0.0/8", "::1/128"])
            #expect(
                ofFile[KafkaSettings.properties].map { "\($0.name)=\($0.text)" } == [
                    "security.protocol=SSL", "sasl.password=a;b=c",
                ])
        }
        let ofEnvironment = try read(
            ["ingress"], required.merging(["TIDINGS_KAFKA_PROPERTY": "a=1;b=2,3"]) { $1 })
        #expect(ofEnvironment[KafkaSettings.properties].map(\.text) == ["1", "2,3"])
        let ofFlags = try read(
            [
                "ingress", "--kafka-property", "a=1;2", "--kafka-property=b=", "--ingress-allow",
                "1.0.0.0/8, 2.0.0.0/8",
            ],
            required)
        #expect(ofFlags[KafkaSettings.properties].map(\.text) == ["1;2", ""])
        #expect(ofFlags[IngressSettings.allow].map(\.description) == ["1.0.0.0/8", "2.0.0.0/8"])
    }

    @Test("a property's value can be in a file")
    func propertyFile() throws {
        try withFolder(["password": "hunter2\n"]) { folder in
            let file = folder.appending(path: "password").path
            let settings = try read(
                ["ingress", "--kafka-property-file", "sasl.password=\(file)"], required)
            let kafka = try settings.kafkaConfiguration(client: nil)
            #expect(kafka["sasl.password"] == "hunter2")
        }
    }

    @Test("a relative path in the file starts from its folder, elsewhere from the working folder")
    func relativePaths() throws {
        try withFolder(["t.yaml": "keys: {file: keys.yaml}"]) { folder in
            let ofFile = try read(
                ["ingress"],
                [
                    "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": "b:1",
                    "TIDINGS_CONFIG_FILE": folder.appending(path: "t.yaml").path,
                ])
            #expect(ofFile[CallbackSettings.keysFile] == folder.appending(path: "keys.yaml").path)
            #expect(try read(["ingress"], required)[CallbackSettings.keysFile] == "k.yaml")
        }
    }

    @Test("printed settings are a file that reads the same, with secrets masked")
    func printing() throws {
        let first = try read(
            [
                "config", "print", "--kafka-property", "sasl.password=hunter2", "--kafka-property",
                "linger.ms=5",
            ],
            ["TIDINGS_WORKER_THREADS": "3"])
        let text = first.printed
        #expect(!text.contains("hunter2"))
        #expect(text.contains("linger.ms: 5"))
        #expect(text.contains("threads: 3  # TIDINGS_WORKER_THREADS"))
        #expect(text.contains("deadline: 3s  # default"))
        #expect(text.contains("profile: development  # default"))
        try withFolder(["t.yaml": text]) { folder in
            let file = folder.appending(path: "t.yaml").path
            let second = try read(["config", "print", "--config-file", file], [:])
            #expect(second[WorkerSettings.threads] == 3)
            #expect(second[KafkaSettings.properties].map(\.text) == ["(secret)", "5"])
        }
    }

    @Test(
        "values carry their units and are held to their range",
        arguments: [
            ("--ingress-deadline", "3", "is not a duration"),
            ("--ingress-deadline", "3 s", "is not a duration"),
            ("--ingress-deadline", "31s", "is not from 100ms to 30s"),
            ("--ingress-deadline", "", "is not a duration"),
            ("--callback-body-limit", "64kb", "is not a size"),
            ("--callback-body-limit", "1MiB", "is not from"),
            ("--callback-body-limit", "99999999999999999999GiB", "is not a size"),
            ("--ingress-threads", "0", "is not from 1 to 64"),
            ("--ingress-threads", "+1", "is not a whole number"),
            ("--ingress-address", "8080", "is not an address"),
            ("--ingress-address", ":8080", "names no host"),
            ("--ingress-address", "::1:80", "needs brackets"),
            ("--ingress-address", "h:70000", "is not an address"),
            ("--topic-status", "a b", "is not 1 to 249"), ("--log-level", "warn", "did you mean"),
            ("--ingress-allow", "10.0.0.0/8,,::1", "has an empty element"),
            ("--ingress-allow", "10.0.0.1/8", "is not a network"),
            ("--callback-number-limit", "100", "is not from 20 to 64"),
            ("--kafka-property", "x", "name=value"),
        ])
    func refusedValues(flag: String, text: String, clause: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try read(["ingress", flag, text], required)
        }
        #expect(error.description.contains(flag) && error.description.contains(clause), "\(error)")
    }

    @Test("sizes and durations of every unit")
    func units() throws {
        func deadline(_ text: String) throws -> Duration {
            try read(["ingress", "--keys-check-interval", text], required)[
                CallbackSettings.keysCheckInterval]
        }
        #expect(try deadline("250ms") == .milliseconds(250))
        #expect(try deadline("2m") == .seconds(120))
        #expect(try deadline("1h") == .seconds(3600))
        let settings = try read(
            ["worker", "--deduplication-max-age=31d", "--worker-batch-bytes=1GiB"], required)
        #expect(settings[DeduplicationSettings.maxAge] == .seconds(31 * 86_400))
        #expect(settings[WorkerSettings.batchBytes] == 1 << 30)
    }

    @Test("an unknown variable close to a known one is a slip and refused, any other is reported")
    func unknownVariables() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try read(["worker"], required.merging(["TIDINGS_WORKER_SLOTS": "1"]) { $1 })
        }
        #expect(error.description == "TIDINGS_WORKER_SLOTS is not known (did you mean TIDINGS_WORKER_SLOT?)")
        let settings = try read(
            ["worker"], required.merging(["TIDINGS_PORT_8080_TCP_ADDR": "10.0.0.1", "PATH": "/bin"]) { $1 })
        #expect(settings.unknownVariables == ["TIDINGS_PORT_8080_TCP_ADDR"])
    }

    private func read(_ arguments: [String], _ environment: [String: String]) throws -> Settings {
        guard case .run(_, let settings, _) = try Invocation.read(arguments, environment: environment) else {
            throw ConfigurationError("help was given")
        }
        return settings
    }
}
