// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import TestSupport
import Testing

/// `deploy/scaling`: 1, 4, then 2 workers and 1, then 2 ingresses on three brokers, under load. It measures
/// what a machine with two cores can show: how long partitions are without an owner, lag, lost and doubled.
@Suite("Scaling", .serialized, .needsBrokerOfItsOwn)
struct ScalingTests {
    private static var isWanted: Bool {
        let environment = ProcessInfo.processInfo.environment
        return environment["TIDINGS_SCALING"] != nil || environment["TIDINGS_FULL"] != nil
    }

    @Test(
        "workers and ingresses are added and removed under load on three brokers; nothing is lost or doubled",
        .enabled(if: isWanted && Fleet.hasHAProxy, "deploy/scaling, or deploy/test --full; needs haproxy"))
    func scaling() throws {
        let broker = try Broker.start(brokers: 3)
        let installation = try Installation(on: broker, partitions: 12)
        let fleet = try Fleet(installation, ingresses: 2)
        var report = ScalingReport()
        try fleet.startIngress(0)
        try fleet.startWorker(0)
        fleet.waitUntilOwned()
        let load = PostLoad(to: fleet.port, threads: 8)
        let lag = LagWatch(installation)
        load.waitFor(100)

        func measure(_ name: String, _ change: () throws -> Void) throws {
            lag.reset()
            let start = ContinuousClock.now
            try change()
            let rebalance = start.duration(to: .now)
            let answered = load.answered
            let measured = ContinuousClock.now
            load.waitFor(500)
            let throughput = Double(load.answered - answered) / (measured.duration(to: .now) / .seconds(1))
            report.add(
                name, ingresses: fleet.ingressCount, workers: fleet.workers.count, rebalance: rebalance,
                throughput: throughput, lag: lag.greatest)
        }
        try measure("start") {}
        try measure("workers 1 to 4") {
            for slot in 1..<4 { try fleet.beginWorker(slot) }
            fleet.waitUntilReadyAndOwned()
        }
        try measure("ingresses 1 to 2") { try fleet.startIngress(1) }
        try measure("workers 4 to 2") {
            for slot in [2, 3] { fleet.stopWorker(slot, by: SIGUSR1) }
            fleet.waitUntilReadyAndOwned()
        }

        lag.stop()
        try expectAllOnce(load.stop(), fleet, &report)
        #expect(fleet.executed == Set(try ComposeFile().commands.keys))
    }

    private func expectAllOnce(
        _ result: PostLoad.Result, _ fleet: Fleet, _ report: inout ScalingReport
    ) throws {
        let installation = fleet.installation
        try installation.waitUntilDecided(within: .seconds(600), by: fleet.workers.values.map(\.process))
        fleet.stop()
        let found = try ExactlyOnce(installation)
        report.add(result, found)
        Chaos.say(report.table)
        #expect(result.statuses == [200: result.posted], "\(result)")
        #expect(found.expected.callbackCount == result.posted)
        #expect(found.isStateEqual && found.isProved, "\(found.proof.suffix(3000))")
        for (topic, comparison) in found.comparisons {
            #expect(comparison.isExact, "\(topic): \(comparison)")
        }
    }
}

/// What was measured, as a table for `deploy/docs/scaling.md`.
private struct ScalingReport {
    private var rows: [String] = []
    private var sums: [String] = []

    mutating func add(
        _ name: String, ingresses: Int, workers: Int, rebalance: Duration, throughput: Double, lag: Int64
    ) {
        let seconds = rebalance / .seconds(1)
        let time = seconds < 0.05 ? "" : "\((seconds * 10).rounded() / 10) s"
        rows.append(
            "| \(name) | \(ingresses) | \(workers) | \(time) | \(Int(throughput.rounded())) | \(lag) |")
    }

    mutating func add(_ result: PostLoad.Result, _ found: ExactlyOnce) {
        let comparisons = Array(found.comparisons.values)
        sums = [
            "POSTs: \(result.posted); answered 200: \(result.statuses[200] ?? 0)",
            "callbacks in the topic: \(found.expected.callbackCount)",
            "lost: \(comparisons.reduce(0) { $0 + $1.missing })",
            "doubled: \(comparisons.reduce(0) { $0 + $1.doubled + $1.unexpected })",
            "`tidings prove`: \(found.isProved ? "holds" : "fails")",
        ]
    }

    var table: String {
        "| change under load | ingresses | workers | until every partition is processed | callbacks/s | greatest lag |\n"
            + "|---|---|---|---|---|---|\n" + rows.map { $0 + "\n" }.joined() + "\n"
            + sums.joined(separator: "; ") + "\n"
    }
}
