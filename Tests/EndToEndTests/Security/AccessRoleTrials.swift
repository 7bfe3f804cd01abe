// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// What each role does, with the processes and clients of that role alone.
struct AccessRoleTrials {
    private let cluster: AccessCluster
    private let recovery: RecoveryTrial
    private let reconciliation: ReconcileTrial
    private var installation: Installation { cluster.installation }

    init(_ cluster: AccessCluster) throws {
        self.cluster = cluster
        recovery = try RecoveryTrial(cluster)
        reconciliation = try ReconcileTrial(cluster)
    }

    /// Writes callbacks, as an administrator may.
    func fill() throws {
        try recovery.fill()
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 14, payments: 10)
        try filler.write(traffic.next(60))
        filler.close()
    }

    /// Makes what the role then has to do, as an administrator may.
    func prepare(_ role: AccessRole) throws {
        switch role {
        case .worker:
            try expectReadingOfEmptyChangelog()
            try expectWorking(.worker)
        case .recovery: try recovery.loseEvents()
        case .ingress, .audit, .reader, .reconcile, .scaler: return
        }
    }

    /// `Write` implies `Describe`, and an empty partition needs no fetch to be restored.
    private func expectReadingOfEmptyChangelog() throws {
        let right = "Read on topic \(installation.topics[.changelog])"
        let line = try #require(cluster.lines[.worker]?.first { $0.right == right })
        let client = try Admin(installation.broker.configuration, log: .silent)
        let end = try client.watermarks(
            of: TopicPartition(topic: installation.topics[.changelog], partition: 0), within: .seconds(60))
        try #require(end.high == 0, "the changelog is not empty")
        try cluster.revoke(line)
        try withService("worker", .worker) {
            try $0.waitUntilNotReady(because: "the principal lacks \(right)")
        }
        try cluster.grant(line)
    }

    func expectWorking(_ role: AccessRole) throws {
        switch role {
        case .ingress:
            try withService("ingress", role) { service in try service.waitUntilReady() }
        case .worker:
            try withService("worker", role) { service in
                try service.waitUntilReady()
                try installation.waitUntilDecided(by: [service.process])
            }
        case .audit:
            #expect(try prove().waitForEnd(within: .zero) == .exit(0))
        case .reader: try #expect(read() == nil)
        case .scaler:
            let output = try lag()
            #expect(output.contains(installation.topics[.callbacks]) && !output.contains("Exception"))
        case .recovery: try recovery.expectWorking()
        case .reconcile: try reconciliation.expectWorking()
        }
    }

    func expectDenied(_ role: AccessRole, _ line: AccessLine) throws {
        let sentence = "the principal lacks \(line.right)"
        switch role {
        case .ingress:
            try withService("ingress", role) { try $0.waitUntilNotReady(because: sentence) }
        case .worker:
            try addWork(for: line)
            try withService("worker", role) { try $0.waitUntilNotReady(because: sentence) }
        case .audit:
            let proof = try prove()
            #expect(proof.waitForEnd(within: .zero) == .exit(1), "\(line.right)")
            #expect(proof.errors.contains(sentence), "\(line.right): \(proof.errors)")
        case .reader: try #expect(read().map { "\($0)" } == line.right)
        case .scaler:
            // Kafka's own tool names a group in an exception, and leaves out a topic.
            let output = try lag()
            let hasLag = output.contains(installation.topics[.callbacks])
            #expect(output.contains("AuthorizationException") || !hasLag, "\(line.right): \(output)")
        case .recovery: try recovery.expectDenied(line)
        case .reconcile: try reconciliation.expectDenied(line)
        }
    }

    /// Callbacks to decide, and a changelog to restore.
    private func addWork(for line: AccessLine) throws {
        try? installation.dropState()
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: line.text.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) }, payments: 10)
        try filler.write(traffic.next(20))
        filler.close()
    }

    private func withService(
        _ command: String, _ role: AccessRole, _ body: (AccessService) throws -> Void
    ) throws {
        let service = try AccessService(command, cluster, role)
        defer { service.process.kill() }
        try body(service)
    }

    private func prove() throws -> ChildProcess {
        let proof = try installation.tidings(
            ["prove", "--worker-group", installation.group, "--worker-verify", "missing"],
            cluster.environment(of: .audit))
        try #require(proof.waitForEnd(within: .seconds(300)) != nil, "prove does not end")
        return proof
    }

    /// Reads an event as another service does; the right that it lacks, or nil.
    private func read() throws -> KafkaRight? {
        var consumer = try Consumer(
            cluster.configuration(of: .reader), group: .init(id: AccessRole.reader.standardPrincipal),
            log: .silent)
        try consumer.subscribe(to: [installation.topics[.status]])
        var batch = RecordBatch()
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            do throws(KafkaError) {
                try consumer.fill(&batch, first: .milliseconds(200), limit: 10)
            } catch {
                if let right = error.missingRight { return right }
            }
            if !batch.isEmpty { return nil }
        }
        throw Installation.Broken("no event and no error came")
    }

    /// What an autoscaler asks: the group's offsets and the ends of the topic.
    private func lag() throws -> String {
        let file = try cluster.toolConfiguration(of: .scaler)
        let home = try #require(ProcessInfo.processInfo.environment["KAFKA_HOME"])
        let tool = try ChildProcess(
            URL(fileURLWithPath: home).appendingPathComponent("bin/kafka-consumer-groups.sh"),
            [
                "--bootstrap-server", try cluster.broker.address(of: "SASL"), "--command-config", file.path,
                "--describe", "--offsets", "--group", installation.group,
            ], environment: ["KAFKA_HEAP_OPTS": "-Xmx256m"])
        try #require(tool.waitForEnd(within: .seconds(300)) != nil, "the tool does not end")
        return tool.output + tool.errors
    }
}
