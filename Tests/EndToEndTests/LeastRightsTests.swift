// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// A broker that refuses what is not expressly allowed, such as every group but the workers'.
@Suite("With no more rights than needed", .serialized, .needsBrokerOfItsOwn)
struct LeastRightsTests {
    private struct Principal {
        var rights: [Broker.Rights]

        /// What a worker does: it reads callbacks and the changelog, writes the other topics and the
        /// changelog in transactions, and compares the topics' settings when it starts.
        static func worker(of installation: Installation) -> Principal {
            let topics = installation.topics
            return Principal(rights: [
                Broker.Rights(["Read"], on: named([.callbacks, .changelog], topics) + group(installation)),
                Broker.Rights(["Write"], on: named([.status, .review, .deadLetter, .changelog], topics)),
                Broker.Rights(["DescribeConfigs"], on: named(Topic.allCases, topics)),
                Broker.Rights(
                    ["Write"],
                    on: ["--transactional-id", installation.group, "--resource-pattern-type", "prefixed"]),
            ])
        }

        /// What an audit does: it reads the topics and how long they keep records, and asks what the workers'
        /// group has committed.
        static func audit(of installation: Installation) -> Principal {
            Principal(rights: [
                Broker.Rights(["Read", "DescribeConfigs"], on: named(Topic.allCases, installation.topics)),
                Broker.Rights(["Describe"], on: group(installation)),
            ])
        }

        private static func named(_ topics: [Topic], _ names: TopicNames) -> [String] {
            topics.flatMap { ["--topic", names[$0]] }
        }

        static func group(_ installation: Installation) -> [String] { ["--group", installation.group] }
    }

    @Test(
        "a worker restores from an empty state directory and `prove` holds, each with only its rights and the workers' group",
        .timeLimit(.minutes(30)))
    func emptyState() throws {
        let broker = try Broker.start(settings: Broker.withAccessControl)
        let installation = try Installation(on: broker, partitions: 3)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 61, payments: 20)
        try filler.write(installation.mixed(&traffic, 40))
        try installation.process()
        try filler.write(installation.mixed(&traffic, 10))
        filler.close()
        try installation.dropState()

        try broker.forbidEverything()
        let worker = Principal.worker(of: installation)
        for rights in worker.rights { try broker.give(rights) }
        try waitUntilRefused(group: "none", at: installation)
        try waitUntilAllowed(at: installation)
        try installation.process()

        // Without a right on the group it is refused, whatever else is allowed.
        for rights in worker.rights { try broker.takeBack(rights) }
        let audit = Principal.audit(of: installation)
        try broker.give(audit.rights[0])
        try waitUntilRefused(group: installation.group, at: installation)
        let refused = try installation.prove()
        #expect(refused.waitForEnd(within: .zero) == .exit(1))
        let right = "the principal lacks Describe on group \(installation.group)"
        #expect(refused.errors.contains(right), "\(refused.errors)")

        try broker.give(audit.rights[1])
        try waitUntilAllowed(at: installation)
        try expectExactlyOnce(in: installation)
    }

    /// Waits until the broker refuses a group to a client that joins it. Rights take effect a moment
    /// after the tool has ended.
    private func waitUntilRefused(group: String, at installation: Installation) throws {
        var consumer = try Consumer(installation.broker.configuration, group: .init(id: group), log: .silent)
        try consumer.subscribe(to: [installation.topics[.callbacks]])
        var batch = RecordBatch()
        var name = "no error"
        let deadline = ContinuousClock.now + .seconds(120)
        while name != "GROUP_AUTHORIZATION_FAILED", ContinuousClock.now < deadline {
            do throws(KafkaError) {
                try consumer.fill(&batch, first: .milliseconds(100), limit: 1)
            } catch {
                name = error.name
            }
        }
        #expect(name == "GROUP_AUTHORIZATION_FAILED", "group \(group)")
    }

    /// Waits until the broker says what the workers' group has committed.
    private func waitUntilAllowed(at installation: Installation) throws {
        let partition = TopicPartition(topic: installation.topics[.callbacks], partition: 0)
        var name = ""
        let deadline = ContinuousClock.now + .seconds(120)
        repeat {
            do throws(KafkaError) {
                guard let kafka = try? installation.broker.configuration else { return }
                let consumer = try Consumer(kafka, group: .init(id: installation.group), log: .silent)
                _ = try consumer.committed([partition], within: .seconds(120))
                return
            } catch {
                name = error.name
            }
        } while ContinuousClock.now < deadline
        Issue.record("the workers' group is refused: \(name)")
    }
}
