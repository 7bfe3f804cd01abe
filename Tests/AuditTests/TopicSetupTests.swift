// SPDX-License-Identifier: Apache-2.0
import Audit
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

@Suite("Topic setup", .needsBroker)
struct TopicSetupTests {
    @Test("topics are created once, and left alone and published as unchanged afterwards")
    func createTwice() throws {
        try withSetup { setup, plan in
            let first = try setup.create(partitions: 3, replication: 1)
            #expect(first.outcomes.map(\.outcome) == Array(repeating: .created, count: 5))
            #expect(first.isAsPlanned && first.hasChanged)
            // Immediately: anyone who starts right after `create` finds them.
            #expect(try setup.check(partitions: 3, replication: 1).isEmpty)

            let second = try setup.create(partitions: 3, replication: 1)
            #expect(second.outcomes.map(\.outcome) == Array(repeating: .untouched, count: 5))
            #expect(second.isAsPlanned && !second.hasChanged && second.differences.isEmpty)
            #expect(try setup.check(partitions: nil, replication: nil).isEmpty)
        }
    }

    @Test("another count is reported for each topic, and nothing is changed")
    func otherCount() throws {
        try withSetup { setup, plan in
            _ = try setup.create(partitions: 2, replication: 1)
            #expect(try setup.check(partitions: 2, replication: 1).isEmpty)
            let again = try setup.create(partitions: 4, replication: 1)
            #expect(!again.hasChanged && !again.isAsPlanned)
            #expect(again.differences.map(\.property) == Array(repeating: "partitions", count: 5))
            #expect(try setup.check(partitions: 2, replication: 1).isEmpty)
            let wrongReplication = try setup.check(partitions: nil, replication: 3)
            #expect(wrongReplication.contains { $0.property == "min.insync.replicas" && $0.expected == "2" })
        }
    }

    @Test("what is missing, and what differs by a setting or a count, is reported by name")
    func differences() throws {
        try withSetup { setup, plan in
            let admin = try Admin(try Broker.shared().configuration, log: .silent)
            let status = plan.entries[Topic.status.rawValue].name
            let callbacks = plan.entries[Topic.callbacks.rawValue].name
            let odd = [
                NewTopic(callbacks, partitions: 2, settings: [("cleanup.policy", "compact")]),
                NewTopic(status, partitions: 1, settings: [("retention.ms", "3600000")]),
            ]
            _ = try admin.create(odd, within: .seconds(120))
            try eventually { try admin.describe(status, within: .seconds(60)) != nil }
            let found = try setup.check(partitions: nil, replication: nil)
            let reported = Set(
                found.map { "\($0.topic == status ? "status" : "") \($0.property ?? "missing")" })
            #expect(
                reported.isSuperset(of: [
                    " cleanup.policy", "status partitions", "status retention.ms", " missing",
                ]))
            #expect(found.filter { $0.property == nil }.count == 3)
            #expect(found.contains { $0.description == "\(status): partitions is 1, not 2" })
        }
    }

    @Test(
        "a topic whose largest message is too small is reported with what is needed, and so is librdkafka's limit"
    )
    func messageBytes() throws {
        try withSetup(MessageLimits(clientBytes: 100_000)) { setup, plan in
            let admin = try Admin(try Broker.shared().configuration, log: .silent)
            let review = plan.entries[Topic.review.rawValue].name
            let limited = NewTopic(review, partitions: 1, settings: [("max.message.bytes", "2000")])
            _ = try admin.create([limited], within: .seconds(120))
            _ = try setup.create(partitions: 1, replication: 1)
            try eventually { try admin.describe(review, within: .seconds(60)) != nil }
            let found = try setup.check(partitions: nil, replication: nil)
                .filter { $0.property?.hasSuffix("message.bytes") == true || $0.topic == "librdkafka" }
            #expect(
                found.map(\.description) == [
                    "librdkafka: message.max.bytes is 100000, not at least 557056",
                    "\(review): max.message.bytes is 2000, not at least 557056",
                ])
        }
    }

    @Test("a cluster that cannot be reached is reported within the time given")
    func unreachable() throws {
        let admin = try Admin(KafkaConfiguration(bootstrapServers: "127.0.0.1:1"), log: .silent)
        let plan = TopicPlan(names: TopicNames(), retention: .days(90), deduplication: .standard)
        let setup = TopicSetup(admin, plan: plan, within: .seconds(1))
        let error = try #require(throws: KafkaError.self) {
            _ = try setup.check(partitions: nil, replication: nil)
        }
        #expect(error.isUnreachable)
    }

    /// A set of topics of the test's own, deleted afterwards.
    private func withSetup(
        _ messages: MessageLimits = MessageLimits(), _ body: (borrowing TopicSetup, TopicPlan) throws -> Void
    ) throws {
        let broker = try Broker.shared()
        let names = TopicNames(prefix: "\(broker.unique("setup")).")
        let plan = TopicPlan(
            names: names, retention: .days(90), deduplication: .standard, messages: messages)
        let setup = TopicSetup(try Admin(try broker.configuration, log: .silent), plan: plan)
        defer {
            let admin = try? Admin(try broker.configuration, log: .silent)
            _ = try? admin?.delete(plan.entries.map(\.name), within: .seconds(10))
        }
        try body(setup, plan)
    }
}
