// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// Ingresses behind HAProxy and workers, each a process, by the command lines of `deploy/compose.yaml` with
/// the ports and folders of a test.
final class Fleet {
    private struct Ingress {
        let port: Int
        let management: Int
        var process: ChildProcess?
    }

    /// HAProxy of Debian.
    static let haproxy = URL(fileURLWithPath: "/usr/sbin/haproxy")
    static var hasHAProxy: Bool { FileManager.default.isExecutableFile(atPath: haproxy.path) }
    /// Nothing moves unless a worker leaves.
    private static let longSession = ["TIDINGS_WORKER_SESSION_TIMEOUT": "280s"]

    let installation: Installation
    private let compose: ComposeFile
    /// The services of the compose file that were run.
    private(set) var executed: Set<String> = []
    /// Where callbacks are posted to.
    let port: Int
    private let statisticsPort: Int
    private let folder: TemporaryDirectory
    private let proxy: ChildProcess
    private var ingresses: [Ingress]
    private(set) var workers: [Int: WatchedWorker] = [:]

    /// - Parameter ingresses: how many the proxy knows; none is started yet.
    init(_ installation: Installation, ingresses count: Int) throws {
        self.installation = installation
        compose = try ComposeFile()
        port = try freePort()
        statisticsPort = try freePort()
        folder = try TemporaryDirectory()
        ingresses = try (0..<count).map { _ in Ingress(port: try freePort(), management: try freePort()) }
        let configuration = folder.file("haproxy.cfg")
        try Data(try Self.configuration(port, statisticsPort, ingresses).utf8).write(to: configuration)
        proxy = try ChildProcess(Self.haproxy, ["-f", configuration.path, "-db"])
        try createTopics()
    }

    /// Runs the compose file's command on separate topics: those of the installation may have more replicas.
    private func createTopics() throws {
        let prefix = installation.broker.unique("compose") + "."
        let topics = try installation.tidings(
            try compose.arguments(of: "topics"), ["TIDINGS_TOPIC_PREFIX": prefix])
        try #require(topics.waitForEnd(within: .seconds(120)) == .exit(0), "\(topics.errors)")
        executed.insert("topics")
    }

    /// The proxy's configuration of the compose file, with the ports of this test, and with the time that a
    /// loaded machine may need for an answer.
    private static func configuration(
        _ port: Int, _ statisticsPort: Int, _ ingresses: [Ingress]
    ) throws -> String {
        let text = try String(
            contentsOf: Repository.file("deploy/compose/haproxy.cfg"), encoding: .utf8)
        var lines: [String] = []
        var serverRules = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let rules = line.firstMatch(of: /server ingress-\d+ \S+ check port \d+ (.*)/)?.output.1 {
                serverRules = String(rules)
            } else {
                lines.append(
                    line.replacing("bind :8080", with: "bind 127.0.0.1:\(port)")
                        .replacing("timeout server 10s", with: "timeout server 120s"))
            }
        }
        try #require(!serverRules.isEmpty && lines.contains { $0.contains("127.0.0.1:\(port)") })
        for (number, ingress) in ingresses.enumerated() {
            lines.append(
                "    server ingress-\(number) 127.0.0.1:\(ingress.port) check port \(ingress.management) "
                    + serverRules)
        }
        lines += ["listen statistics", "    bind 127.0.0.1:\(statisticsPort)", "    stats enable"]
        lines += ["    stats uri /statistics"]
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Ingresses

    /// Starts an ingress, and waits until the proxy sends callbacks to it.
    func startIngress(_ number: Int) throws {
        let ingress = ingresses[number]
        let arguments = try compose.arguments(
            of: "ingress-\(number)",
            replacing: [
                "0.0.0.0:8080": "127.0.0.1:\(ingress.port)",
                "0.0.0.0:8081": "127.0.0.1:\(ingress.management)",
            ])
        // A loaded machine may need long for an answer.
        ingresses[number].process = try installation.tidings(arguments + ["--ingress-deadline", "30s"])
        executed.insert("ingress-\(number)")
        waitUntilInUse(number)
    }

    /// Waits until the proxy sends callbacks to an ingress.
    func waitUntilInUse(_ number: Int) {
        eventually(
            within: .seconds(180),
            "the proxy does not use ingress \(number)\n\(ingresses[number].process?.errors ?? "")"
        ) { isInUse(number) }
    }

    /// Waits until the proxy sends no callbacks to an ingress.
    func waitUntilNotInUse(_ number: Int) {
        eventually(within: .seconds(180), "the proxy still uses ingress \(number)") { !isInUse(number) }
    }

    /// The status of an ingress's `/livez`; nil where nothing listens.
    func liveness(ofIngress number: Int) -> Int? {
        guard let connection = try? RawHTTP(port: ingresses[number].management) else { return nil }
        connection.get("/livez")
        return connection.answer()?.status
    }

    func managementPort(ofIngress number: Int) -> Int { ingresses[number].management }

    /// Where an ingress takes callbacks, past the proxy.
    func port(ofIngress number: Int) -> Int { ingresses[number].port }

    /// Stops an ingress orderly.
    func stopIngress(_ number: Int) {
        guard let process = ingresses[number].process else { return }
        process.send(SIGTERM)
        #expect(process.waitForEnd(within: .seconds(120)) == .exit(0), "\(process.errors.suffix(3000))")
        ingresses[number].process = nil
    }

    /// Whether the proxy's check of the ingress succeeded.
    private func isInUse(_ number: Int) -> Bool {
        guard let connection = try? RawHTTP(port: statisticsPort) else { return false }
        connection.send("GET /statistics;csv HTTP/1.0\r\n\r\n")
        _ = connection.closes(within: .seconds(60))
        let rows = String(decoding: connection.unread, as: UTF8.self).split(separator: "\n")
        return rows.contains { row in
            let columns = row.split(separator: ",", omittingEmptySubsequences: false)
            return columns.count > 17 && columns[1] == "ingress-\(number)" && columns[17] == "UP"
        }
    }

    // MARK: Workers

    /// Starts a worker, and waits until it is ready.
    func startWorker(_ slot: Int, environment: [String: String] = [:]) throws {
        let worker = try beginWorker(slot, environment: environment)
        worker.waitUntilReady()
    }

    /// Starts a worker.
    @discardableResult
    func beginWorker(_ slot: Int, environment: [String: String] = [:]) throws -> WatchedWorker {
        let management = try freePort()
        let known = compose.commands["worker-\(slot)"] != nil
        var arguments = try compose.arguments(
            of: known ? "worker-\(slot)" : "worker-0",
            replacing: [
                "0.0.0.0:8082": "127.0.0.1:\(management)",
                "/var/lib/tidings": folder.file("state-\(slot)").path,
            ])
        if let flag = arguments.firstIndex(of: "--worker-slot") { arguments[flag + 1] = "\(slot)" }
        let process = try installation.tidings(
            arguments, Self.longSession.merging(environment) { $1 })
        if known { executed.insert("worker-\(slot)") }
        let worker = WatchedWorker(process, port: management)
        workers[slot] = worker
        return worker
    }

    /// Stops a worker: by SIGTERM, which keeps its partitions, or by SIGUSR1, which gives them to the others.
    func stopWorker(_ slot: Int, by signal: Int32 = SIGTERM) {
        workers[slot]?.stop(signal)
        workers[slot] = nil
    }

    /// Waits until the workers that run have every partition among them.
    func waitUntilOwned() {
        eventually(within: .seconds(120), "a partition is not assigned: \(owned)") {
            owned.values.reduce(0, +) == Int(installation.partitions)
                && owned.values.allSatisfy { $0 > 0 }
        }
    }

    /// The same, and all are ready: each partition is processed.
    func waitUntilReadyAndOwned() {
        waitUntilOwned()
        for worker in workers.values { worker.waitUntilReady() }
    }

    var ingressCount: Int { ingresses.count { $0.process != nil } }

    private var owned: [Int: Int] { workers.mapValues(\.assignedPartitions) }

    /// Stops everything orderly.
    func stop() {
        for number in ingresses.indices { stopIngress(number) }
        for slot in workers.keys.sorted() { stopWorker(slot) }
    }
}

extension Fleet {
    /// Stops everything once the workers have processed what was posted, and expects a 200 for each POST, and
    /// each callback processed once.
    func expectAllOnce(_ result: PostLoad.Result) throws {
        #expect(result.statuses == [200: result.posted], "\(result)")
        try installation.waitUntilDecided(by: workers.values.map(\.process))
        stop()
        let found = try expectExactlyOnce(in: installation)
        #expect(found.expected.callbackCount == result.posted)
    }
}
