// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Payments
import TestSupport
import Testing

/// What the recovery role does: publish again the events that were lost, dismiss a review item, redrive a
/// dead letter.
final class RecoveryTrial {
    private let cluster: AccessCluster
    private let items: ItemInstallation
    private let environment: [String: String]

    init(_ cluster: AccessCluster) throws {
        self.cluster = cluster
        items = try ItemInstallation(cluster.installation)
        environment = try cluster.environment(of: .recovery)
    }

    /// Writes callbacks that the worker will hold and refuse.
    func fill() throws {
        try items.hold(["held-1"])
        try items.writeUnverified(["dead-1"])
    }

    func loseEvents() throws { try KafkaOperator(cluster.installation).truncate(.status) }

    func expectWorking() throws {
        let replay = try run(Self.replay)
        #expect(replay.code == .exit(0), "\(replay.output)\(replay.errors)")
        #expect(!replay.output.contains("0 of 0 records published"), "\(replay.output)")
        let dismissal = try run(dismissal())
        #expect(dismissal.code == .exit(0), "\(dismissal.errors)")
        let redrive = try run(Self.redrive)
        #expect(redrive.code == .exit(0) && redrive.output.contains("1 redriven"), "\(redrive.errors)")
    }

    func expectDenied(_ line: AccessLine) throws {
        let end = try run(command(needing: line))
        #expect(end.code == .exit(1), "\(line.right): \(end.output)")
        #expect(end.errors.contains("the principal lacks \(line.right)"), "\(line.right): \(end.errors)")
    }

    /// The command that fails before it changes anything where the right is missing.
    private func command(needing line: AccessLine) throws -> [String] {
        let (group, topics) = (cluster.installation.group, cluster.installation.topics)
        let isOf = { (rights: [String]) in rights.contains(line.right) }
        if isOf(["Write on topic \(topics[.review])", "Write on transactional id \(group)-review"]) {
            return try dismissal()
        }
        let redriving = [
            "Write on topic \(topics[.callbacks])", "Write on topic \(topics[.deadLetter])",
            "Write on transactional id \(group)-dead-letter",
        ]
        return isOf(redriving) ? Self.redrive : Self.replay
    }

    private static let replay = ["replay", "--execute", "--worker-verify", "missing"]
    private static let redrive = ["dead-letter", "redrive", "--execute"]

    private func dismissal() throws -> [String] {
        let held = try #require(try items.open("review").first)
        return ["review", "dismiss", held, "--reason", "a test"]
    }

    private func run(
        _ arguments: [String]
    ) throws -> (code: ChildProcess.Ending?, output: String, errors: String) {
        try items.run(arguments, withNewKeys: arguments == Self.redrive, environment)
    }
}
