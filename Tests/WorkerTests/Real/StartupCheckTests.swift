// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("StartupCheck on a real broker", .serialized, .needsBroker)
struct StartupCheckTests {
    /// Five topics as `tidings topics create` makes them on one broker, but for what `change` does.
    private func with(
        _ change: (inout NewTopic, Topic) -> Void = { _, _ in }, _ body: (Broker, TopicNames) throws -> Void
    ) throws {
        let broker = try Broker.shared()
        let topics = Topic.allCases.map { topic in
            var new = NewTopic(topic.baseName, partitions: 2)
            new.settings = WorkerField.settings(of: topic)
            change(&new, topic)
            return new
        }
        try broker.withTopics(topics) { names in
            try body(broker, TopicNames(named: Dictionary(uniqueKeysWithValues: zip(Topic.allCases, names))))
        }
    }

    private func faults(_ check: StartupCheck, at broker: Broker) throws -> [String] {
        let admin = try Admin(broker.configuration, log: .silent)
        do throws(StartupCheck.Refusal) {
            _ = try check.run(admin)
            return []
        } catch {
            switch error {
            case .unfit(let faults): return faults
            case .missingTopics(let sentence): return [sentence]
            case .unreachable: throw error
            }
        }
    }

    private func check(
        _ topics: TopicNames, state: String? = nil, _ profile: Profile = .development
    )
        -> StartupCheck
    {
        StartupCheck(topics: topics, deduplication: .standard, stateDirectory: state, profile: profile)
    }

    @Test("one replica is a warning for development and refused for production, a sentence for each kind")
    func profile() throws {
        try with { broker, topics in
            let admin = try Admin(broker.configuration, log: .silent)
            let finding = try check(topics).run(admin)
            #expect(finding.cluster.partitionCount == 2)
            #expect(try admin.clusterID(within: .seconds(60)) == finding.cluster.id)
            let counts = Topic.allCases.map { "\(topics[$0]) 1" }.joined(separator: ", ")
            #expect(
                finding.warnings == [
                    "fewer than 3 replicas: \(counts)",
                    "one broker alone may hold a write (min.insync.replicas below 2): \(counts)",
                ])
            #expect(try faults(check(topics, .production), at: broker) == finding.warnings)
        }
    }

    @Test("topics with other partition counts than one another are refused, with every count")
    func counts() throws {
        try with({ new, topic in if topic == .review { new.partitions = 3 } }) { broker, topics in
            let faults = try faults(check(topics), at: broker)
            #expect(faults.count == 1)
            #expect(faults[0].hasPrefix("the topics must have one partition count"))
            for topic in Topic.allCases {
                #expect(faults[0].contains("\(topics[topic]) \(topic == .review ? 3 : 2)"))
            }
        }
    }

    @Test("topics that are missing are refused by name, with the command that makes them")
    func missing() throws {
        let broker = try Broker.shared()
        let topics = TopicNames(prefix: broker.unique("none") + ".")
        let names = Topic.allCases.map { topics[$0] }.joined(separator: ", ")
        #expect(
            try faults(check(topics), at: broker) == ["missing: \(names); `tidings topics create` makes them"]
        )
    }

    @Test(
        "a callbacks topic that deletes before a worker must have read is refused",
        arguments: [
            (
                ("retention.ms", "\(14 * 86_400_000 - 1)"),
                "keeps callbacks for 13 days, fewer than 14: raise retention.ms, or callbacks are deleted before they "
                    + "are processed"
            ),
            (
                ("retention.bytes", "1000000"),
                "drops callbacks by size (retention.bytes is 1000000): set it to -1"
            ),
            (
                ("cleanup.policy", "compact,delete"),
                "must not be compacted (cleanup.policy is compact,delete): set it to delete"
            ),
        ])
    func callbacks(setting: (name: String, value: String), fault: String) throws {
        let settings = WorkerField.settings(of: .callbacks).filter { $0.name != setting.name } + [setting]
        try with({ new, topic in if topic == .callbacks { new.settings = settings } }) { broker, topics in
            let found = try faults(check(topics), at: broker)
            #expect(found == ["\(topics[.callbacks]) \(fault)"])
        }
    }

    @Test("a callbacks topic that keeps records for 14 days is accepted")
    func callbacksFit() throws {
        let settings = [(name: "retention.ms", value: "\(14 * 86_400_000)")]
        try with({ new, topic in if topic == .callbacks { new.settings = settings } }) { broker, topics in
            let found = try faults(check(topics), at: broker)
            #expect(found == [])
        }
    }

    /// A changelog with these settings, the last of them counting.
    private func with(
        changelog settings: [(name: String, value: String)], _ body: (Broker, TopicNames) throws -> Void
    ) throws {
        try with({ new, topic in if topic == .changelog { new.settings = settings } }, body)
    }

    @Test(
        "a changelog that forgets before the state does is refused",
        arguments: [
            (("cleanup.policy", "delete"), "must be compacted (cleanup.policy is delete)"),
            (
                ("retention.ms", "\(399 * 86_400_000)"),
                "keeps records for 399 days, and payments are remembered for 400: raise retention.ms or lower "
                    + "the deduplication settings"
            ),
            (
                ("retention.bytes", "1000000"),
                "drops records by size (retention.bytes is 1000000): set it to -1"
            ),
        ])
    func changelog(setting: (name: String, value: String), fault: String) throws {
        let fit = [("cleanup.policy", "compact,delete"), ("retention.ms", "\(430 * 86_400_000)")]
        let settings = fit.filter { $0.0 != setting.name } + [(setting.name, setting.value)]
        try with(changelog: settings) { broker, topics in
            let found = try faults(check(topics), at: broker)
            #expect(found.contains("\(topics[.changelog]) \(fault)"))
        }
    }

    @Test("a changelog that keeps records exactly as long as state is let pass")
    func retentionFits() throws {
        let horizon = DeduplicationSettings.standard.summaryRetention.components.seconds * 1000
        try with(changelog: [("cleanup.policy", "compact,delete"), ("retention.ms", "\(horizon)")]) {
            broker, topics in
            let found = try faults(check(topics), at: broker)
            #expect(found == [])
        }
    }

    @Test(
        "a topic that refuses the largest record or batch is refused, with the topic and what it must accept",
        arguments: Topic.allCases)
    func messageBytes(of small: Topic) throws {
        func limited(to bytes: Int) throws -> [String] {
            var found: [String] = []
            try with({ new, topic in
                if topic == small { new.settings.append((name: "max.message.bytes", value: "\(bytes)")) }
            }) { broker, topics in
                let name = topics[small]
                found = try faults(check(topics), at: broker).map {
                    $0.replacing(name, with: "TOPIC")
                }
            }
            return found
        }
        #expect(
            try limited(to: 2000) == [
                "TOPIC accepts 2000 bytes (max.message.bytes), and a record or a batch may have 1000000: raise "
                    + "max.message.bytes"
            ])
        #expect(try limited(to: 1_000_000) == [])
    }

    @Test("a limit of librdkafka's below the largest record is refused")
    func clientLimit() throws {
        try with { broker, topics in
            var check = check(topics)
            check.messages = MessageLimits(
                output: OutputLimits(eventBytes: 2 << 20), clientBytes: 1_000_000, batchBytes: 1_000_000)
            let found = try faults(check, at: broker)
            #expect(found.contains { $0.hasPrefix("librdkafka sends no record over 1000000 bytes") })
            #expect(found.count { $0.contains("(max.message.bytes)") } == 3)
            check.messages.clientBytes = 3 << 20
            check.messages.output.eventBytes = 1 << 19
            #expect(try faults(check, at: broker) == [])
        }
    }

    @Test("a state folder that cannot be written is refused")
    func unwritable() throws {
        try with { broker, topics in
            let directory = try TemporaryDirectory()
            let file = directory.file("file")
            try Data().write(to: file)
            #expect(
                try faults(check(topics, state: file.path + "/state"), at: broker) == [
                    "the state at \(file.path)/state cannot be used: Not a directory"
                ])
        }
    }

    @Test("a cluster that does not answer is not a refusal: a later start may find it")
    func unreachable() throws {
        let admin = try Admin(KafkaConfiguration(bootstrapServers: "127.0.0.1:1"), log: .silent)
        var check = check(TopicNames(prefix: "none."))
        check.limit = .seconds(1)
        do throws(StartupCheck.Refusal) {
            _ = try check.run(admin)
            Issue.record("it was not noticed")
        } catch {
            guard case .unreachable = error else {
                Issue.record("refused as \(error)")
                return
            }
        }
    }
}
