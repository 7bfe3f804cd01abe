// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// A worker with its management endpoints.
struct WatchedWorker {
    let process: ChildProcess
    private let port: Int

    /// - Parameter port: of its management endpoints.
    init(_ process: ChildProcess, port: Int) {
        self.process = process
        self.port = port
    }

    init(
        _ installation: Installation, slot: Int = 0, failpoint: String? = nil, flags: [String] = [],
        host: String? = nil, environment: [String: String] = [:]
    ) throws {
        port = try freePort()
        process = try installation.worker(
            slot: slot, failpoint: failpoint, host: host, environment: environment, flags: flags,
            management: port)
    }

    private func answer(_ path: String) -> RawHTTP.Answer? {
        guard let connection = try? RawHTTP(port: port) else { return nil }
        connection.get(path)
        return connection.answer()
    }

    private func get(_ path: String) -> String? { answer(path)?.text }

    func status(of path: String) -> Int? { answer(path)?.status }

    /// The status of `/livez`; nil while the port does not listen.
    var liveness: Int? { answer("/livez")?.status }

    /// Waits until it is ready.
    func waitUntilReady(within limit: Duration = .seconds(180)) {
        eventually(
            within: limit, "not ready: \(get("/readyz") ?? "")\n\(process.errors.suffix(3000))"
        ) {
            get("/readyz")?.contains("\"ready\":true") ?? false
        }
    }

    /// Waits until it is not ready for a reason that contains this; the reasons.
    @discardableResult
    func waitUntilNotReady(because text: String) throws -> String {
        var answer = ""
        eventually(within: .seconds(120), "no reason contains: \(text)") {
            answer = get("/readyz") ?? ""
            return answer.contains(text)
        }
        try #require(
            answer.contains(text) && answer.contains("\"ready\":false"),
            "\(answer)\n\(process.errors.suffix(6000))")
        return answer
    }

    /// The sum of all series of a metric.
    func sum(of name: String) -> Double {
        (get("/metrics") ?? "").split(separator: "\n").filter { $0.hasPrefix(name + "{") }
            .reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? 0) }
    }

    /// The value of one series, with its labels.
    func value(of series: String) -> Double? {
        (get("/metrics") ?? "").split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.split(separator: " ").last ?? "") }
    }

    func metric(_ name: String) -> Int? {
        (get("/metrics") ?? "").split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { Int($0.split(separator: " ")[1]) }
    }

    /// How many partitions the group has given it, by its log.
    var assignedPartitions: Int {
        let changes = process.errors.split(separator: "\n").filter { line in
            line.contains("\"partitions assigned\"") || line.contains("\"partitions revoked\"")
        }
        let count = changes.last?.firstMatch(of: /"partitions":(\d+)/)?.output.1
        return count.flatMap { Int($0) } ?? 0
    }

    /// How often its assignment changed, by its log.
    var assignmentChanges: Int { process.errors.components(separatedBy: "\"partitions assigned\"").count - 1 }

    /// Ends it by a signal, and expects an orderly end.
    func stop(_ signals: Int32...) {
        for signal in signals.isEmpty ? [SIGTERM] : signals { process.send(signal) }
        #expect(process.waitForEnd(within: .seconds(60)) == .exit(0), "\(process.errors.suffix(3000))")
    }
}
