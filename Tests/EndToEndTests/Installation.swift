// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport

/// separate Topics on a real broker, a keys file, and processes of the built executable that may be killed.
final class Installation: Sendable {
    static let projectID: Int64 = 1234
    static let secret = "an end-to-end secret"

    let broker: Broker
    let topics: TopicNames
    let partitions: Int32
    /// How the workers write events.
    let encoding: EventEncoding
    let group: String
    private let prefix: String
    private let folder: URL

    /// - Parameter existing: the prefix of topics that exist already; nil makes new ones.
    init(
        on broker: Broker, partitions: Int32, encoding: EventEncoding = .json, existing: String? = nil
    ) throws {
        self.broker = broker
        self.partitions = partitions
        self.encoding = encoding
        let name = broker.unique("e2e")
        (group, prefix) = (name, existing ?? "\(name).")
        topics = TopicNames(prefix: prefix)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(Self.secret.utf8).write(to: folder.appendingPathComponent("secret"))
        let keys = """
            projects:
              "\(Self.projectID)":
                keys:
                  - {id: main, secret_file: secret, mode: active}
            """
        try Data(keys.utf8).write(to: folder.appendingPathComponent("keys.yaml"))
        if existing == nil { try createTopics() }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
        guard let admin = try? Admin(broker.configuration, log: .silent) else { return }
        _ = try? admin.delete(Topic.allCases.map { topics[$0] }, within: .seconds(10))
    }

    struct Broken: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    /// - Parameters:
    ///   - slot: its place in the group.
    ///   - failpoint: where it stops, such as `after-commit-before-apply:3`.
    ///   - environment: further settings.
    ///   - host: workers of another host have another state, each slot its own; nil means one host of
    ///     all.
    ///   - flags: further arguments.
    ///   - port: where the management endpoints listen; nil for nowhere.
    func worker(
        slot: Int, failpoint: String? = nil, threads: Int = 1, host: String? = nil,
        environment: [String: String] = [:], flags: [String] = [], management port: Int? = nil
    ) throws -> ChildProcess {
        var arguments = [
            "worker", "--worker-slot", "\(slot)", "--worker-threads", "\(threads)", "--worker-verify",
            "never",
        ]
        arguments += flags
        if let port { arguments += ["--management-address", "127.0.0.1:\(port)"] }
        if let host {
            let state = folder.appendingPathComponent("state-\(slot)-\(host)")
            arguments += ["--worker-state-dir", state.path]
        }
        let stop = failpoint.map { ["TIDINGS_FAILPOINT": $0] } ?? [:]
        return try tidings(arguments, stop.merging(environment) { $1 })
    }

    /// Forgets what a worker kept on disk, as if its partitions had moved to another host.
    func dropState() throws { try FileManager.default.removeItem(at: folder.appendingPathComponent("state")) }

    /// Makes the five topics again, as far as they are not there.
    func createTopics() throws {
        let create = try tidings([
            "topics", "create", "--partitions", "\(partitions)", "--replication",
            "\(min(broker.brokerCount, 3))",
        ])
        guard create.waitForEnd(within: .seconds(120)) == .exit(0) else { throw Broken(create.errors) }
    }

    func ingress(port: Int) throws -> ChildProcess {
        try tidings(["ingress", "--ingress-address", "127.0.0.1:\(port)"])
    }

    /// What `tidings prove` says, with the settings of the workers.
    func prove(_ arguments: [String] = []) throws -> ChildProcess {
        let proof = try tidings(
            ["prove", "--json", "--worker-group", group, "--worker-verify", "never"] + arguments)
        guard proof.waitForEnd(within: .seconds(300)) != nil else { throw Broken("prove does not end") }
        return proof
    }

    /// The settings of every command, as variables.
    var environment: [String: String] {
        [
            "TIDINGS_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrapServers, "TIDINGS_TOPIC_PREFIX": prefix,
            "TIDINGS_KEYS_FILE": folder.appendingPathComponent("keys.yaml").path,
            "TIDINGS_WORKER_GROUP": group, "TIDINGS_MANAGEMENT_ADDRESS": "",
            "TIDINGS_EVENT_ENCODING": "\(encoding.name)",
            "TIDINGS_WORKER_STATE_DIR": folder.appendingPathComponent("state").path,
            // The shortest that brokers allow: a stopped worker's partitions are soon another's.
            "TIDINGS_WORKER_SESSION_TIMEOUT": "6s", "TIDINGS_WORKER_TRANSACTION_TIMEOUT": "10s",
            // Small batches: more commits to be killed in.
            "TIDINGS_WORKER_BATCH_RECORDS": "40",
        ]
    }

    func tidings(_ arguments: [String], _ environment: [String: String] = [:]) throws -> ChildProcess {
        let service = ["worker", "ingress"].contains(arguments.first ?? "")
        let isUnknown = { (name: String) in !service && name.hasPrefix("TIDINGS_WORKER") }
        let settings = self.environment.filter { !isUnknown($0.key) }
        return try ChildProcess.tidings(arguments, environment: settings.merging(environment) { $1 })
    }

    /// Waits until the group has committed every callback there is.
    ///
    /// - Parameter workers: whose last words are reported where it does not come to that.
    func waitUntilDecided(within limit: Duration = .seconds(180), by workers: [ChildProcess] = []) throws {
        let all = (0..<partitions).map { TopicPartition(topic: topics[.callbacks], partition: $0) }
        let consumer = try Consumer(broker.configuration, group: .init(id: group), log: .silent)
        let deadline = ContinuousClock.now + limit
        var state = "the broker does not answer"
        while ContinuousClock.now < deadline {
            // Asked again after an error: an open transaction or a broker that is away are what is tested
            // here.
            do {
                let ends = try all.map { try consumer.watermarks(of: $0, within: .seconds(60)).high }
                let committed = try consumer.committed(all, within: .seconds(60)).map { $0 ?? 0 }
                if ends == committed {
                    if try broker.areOutputsVisible(of: topics) { return }
                    state = "transactions on the output topics are open"
                } else {
                    state = "they have committed \(committed) of \(ends)"
                }
            } catch {
                state = "\(error)"
            }
            usleep(50_000)
        }
        let words = workers.map { "\n\($0.errors.suffix(3000))" }.joined()
        throw Broken("the workers did not come to the end of the callbacks within \(limit): \(state)\(words)")
    }
}
