// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import Kafka
internal import Payments

/// Creates and checks the topics of an installation. Every call to the cluster is bounded.
public struct TopicSetup: ~Copyable {
    /// What `create` did to one topic.
    public enum Outcome: Sendable, Equatable {
        /// It was not there and is now.
        case created
        /// It was there and was left alone.
        case untouched
        /// The broker refused to create it.
        case refused(KafkaError)
    }

    /// What `create` did, in the order of ``Payments/Topic``.
    public struct Creation: Sendable {
        /// The topics' names and what became of each.
        public let outcomes: [(topic: String, outcome: Outcome)]
        /// What differs at those that were there before.
        public let differences: [TopicDifference]

        /// Whether anything was made.
        public var hasChanged: Bool { outcomes.contains { $0.outcome == .created } }
        /// Whether all is as asked for.
        public var isAsPlanned: Bool {
            differences.isEmpty && outcomes.allSatisfy { $0.outcome == .created || $0.outcome == .untouched }
        }
    }

    private let admin: Admin
    private let plan: TopicPlan
    private let limit: Duration

    /// - Parameters:
    ///   - admin: the cluster.
    ///   - plan: what the topics should be.
    ///   - limit: for each request.
    public init(_ admin: consuming Admin, plan: TopicPlan, within limit: Duration = .seconds(15)) {
        self.admin = admin
        self.plan = plan
        self.limit = limit
    }

    /// Creates the topics that are not there. One that is there is never changed; what differs is reported.
    public func create(partitions: Int, replication: Int) throws(KafkaError) -> Creation {
        var missing: [NewTopic] = []
        var found: [FoundTopic] = []
        for new in plan.newTopics(partitions: partitions, replication: replication) {
            if let topic = try self.found(new.name) { found.append(topic) } else { missing.append(new) }
        }
        let errors = missing.isEmpty ? [] : try admin.create(missing, within: limit)
        var outcomes: [String: Outcome] = [:]
        for (topic, error) in zip(missing, errors) {
            // Another process may have been quicker, which is as good.
            outcomes[topic.name] =
                error.map { $0.isTopicAlreadyThere ? .untouched : .refused($0) } ?? .created
        }
        awaitBrokers(for: missing.map(\.name).filter { outcomes[$0] == .created })
        return Creation(
            outcomes: plan.entries.map { ($0.name, outcomes[$0.name] ?? .untouched) },
            differences: found.flatMap { $0.differences(partitions: partitions, replication: replication) })
    }

    /// The controller has made the topics, and the brokers learn of them a moment later: a worker started in
    /// that moment would find none.
    private func awaitBrokers(for names: [String]) {
        let deadline = ContinuousClock.now + limit
        for name in names {
            while (try? admin.describe(name, within: limit)) == nil, ContinuousClock.now < deadline {
                usleep(20_000)
            }
        }
    }

    /// What differs, topic by topic; empty when all is as it should be.
    ///
    /// - Parameters:
    ///   - partitions: what each topic should have; nil asks only for one count for all.
    ///   - replication: what each topic should have; nil is not checked.
    public func check(partitions: Int?, replication: Int?) throws(KafkaError) -> [TopicDifference] {
        var found: [FoundTopic] = []
        var differences: [TopicDifference] = []
        for entry in plan.entries {
            if let topic = try self.found(entry.name) {
                found.append(topic)
            } else {
                differences.append(.missing(entry.name))
            }
        }
        // Where no count is given, that of the callbacks topic is what the others are measured by.
        let expected = partitions ?? found.first?.description.partitions ?? 0
        return clientDifferences + differences
            + found.flatMap { $0.differences(partitions: expected, replication: replication) }
    }

    /// librdkafka's own limit, which no topic's setting helps against.
    private var clientDifferences: [TopicDifference] {
        guard plan.messages.clientBytes < plan.leastClientLimit else { return [] }
        return [
            TopicDifference(
                topic: "librdkafka", property: "message.max.bytes", found: "\(plan.messages.clientBytes)",
                expected: "at least \(plan.leastClientLimit)")
        ]
    }

    private func found(_ name: String) throws(KafkaError) -> FoundTopic? {
        guard let entry = plan.entries.first(where: { $0.name == name }),
            let description = try admin.describe(name, within: limit)
        else { return nil }
        let settings = try admin.settings(of: name, within: limit)
        return FoundTopic(entry: entry, description: description, settings: settings)
    }
}
