// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
internal import Synchronization

/// One Kafka process on loopback: a broker, a controller, or both in one.
final class BrokerNode: Sendable {
    let number: Int
    private let home: URL
    private let settingsFile: URL
    private let environment: [String: String]
    private let process = Mutex<ChildProcess?>(nil)
    private let lastLog = Mutex("")

    /// - Parameters:
    ///   - number: its `node.id`; also the name of its files in `folder`.
    ///   - settings: its properties, without the folder of its data.
    init(_ number: Int, home: URL, folder: URL, settings: String, heapMegabytes: Int) throws {
        self.number = number
        self.home = home
        settingsFile = folder.appendingPathComponent("node-\(number).properties")
        // The official scripts write their logs to LOG_DIR.
        environment = [
            "KAFKA_HEAP_OPTS": "-Xmx\(heapMegabytes)m",
            "LOG_DIR": folder.appendingPathComponent("logs-\(number)").path,
        ]
        let data = "log.dirs=\(folder.appendingPathComponent("data-\(number)").path)\n"
        try (settings + data).write(to: settingsFile, atomically: true, encoding: .utf8)
    }

    /// Prepares its folder for the cluster of this id.
    func format(_ cluster: String, isController: Bool) throws {
        let storage = try tool(
            "kafka-storage.sh",
            [
                "format", "-t", cluster, "-c", settingsFile.path,
                isController ? "--standalone" : "--no-initial-controllers",
            ])
        guard storage.waitForEnd(within: .seconds(120)) == .exit(0) else {
            throw BrokerUnavailable(reason: "kafka-storage.sh format: \(storage.output)\(storage.errors)")
        }
    }

    /// Starts the process, if it does not run.
    func start() throws {
        guard process.withLock({ $0 }) == nil else { return }
        let started = try tool("kafka-server-start.sh", [settingsFile.path])
        process.withLock { $0 = started }
    }

    /// Runs one of Kafka's own programs with this node's environment.
    func tool(_ name: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(home.appendingPathComponent("bin/\(name)"), arguments, environment: environment)
    }

    /// `kill -9`.
    func kill() {
        guard let process = process.withLock({ $0 }) else { return }
        process.kill()
        lastLog.withLock { $0 += process.output }
        self.process.withLock { $0 = nil }
    }

    func send(_ signal: Int32) { process.withLock { $0 }?.send(signal) }

    /// How it ended; nil while it runs or after a kill.
    var ending: ChildProcess.Ending? { process.withLock { $0 }?.waitForEnd(within: .zero) }

    var log: String { lastLog.withLock { $0 } + (process.withLock { $0?.output } ?? "") }
}
