// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// What Kafka's own tool shows of a group after a release, whose transaction has a marker on the callbacks
/// topic that is not a callback.
@Suite("Lag after a release", .serialized, .needsBrokerOfItsOwn)
struct ReleaseLagTests {
    @Test("kafka-consumer-groups.sh shows lag 0 for an idle group after one release")
    func idle() throws {
        let items = try ItemInstallation()
        let installation = items.installation
        try items.hold(["held-1"])
        try items.runWorker()
        let worker = try WatchedWorker(installation)
        worker.waitUntilReady()
        let held = try #require(try items.open("review").first)
        let before = try rows(of: installation)
        let release = try items.run(["review", "release", held, "--reason", "the bank confirms it"])
        #expect(release.code == .exit(0), "\(release.errors)")
        var after: [Row] = []
        try eventually(within: .seconds(180), "\(after)") {
            after = try rows(of: installation)
            return after.count == 2 && after.allSatisfy { $0.lag == 0 }
                && after.reduce(0) { $0 + $1.end } > before.reduce(0) { $0 + $1.end }
        }
        #expect(after.allSatisfy { $0.committed == $0.end })
        // The callback again, and the marker behind it.
        #expect(after.reduce(0) { $0 + $1.end } == before.reduce(0) { $0 + $1.end } + 2)
        worker.stop()
        try items.expectProved()
    }

    /// A partition as the tool shows it.
    private struct Row {
        var committed: Int
        var end: Int
        var lag: Int
    }

    private func rows(of installation: Installation) throws -> [Row] {
        let output = try installation.broker.runTool(
            "kafka-consumer-groups.sh", ["--describe", "--group", installation.group])
        let lines = output.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        guard let head = lines.first(where: { $0.contains("LAG") }),
            let committed = head.firstIndex(of: "CURRENT-OFFSET"),
            let end = head.firstIndex(of: "LOG-END-OFFSET"), let lag = head.firstIndex(of: "LAG")
        else { return [] }
        return lines.compactMap { line in
            guard line.count > lag, let lag = Int(line[lag]), let end = Int(line[end]),
                let committed = Int(line[committed])
            else { return nil }
            return Row(committed: committed, end: end, lag: lag)
        }
    }
}
