// SPDX-License-Identifier: Apache-2.0
import Kafka
public import Payments

/// What the five topics of an installation should be.
public struct TopicPlan: Sendable {
    /// How long the changelog outlives the payment states that it holds: time for a worker that was down to
    /// come back and read records that are about to expire.
    public static let changelogMargin = Duration.seconds(30 * 86_400)

    /// How long callbacks, events, review and dead letters are kept where nothing else is asked for.
    public static let standardRetention = Duration.seconds(90 * 86_400)

    /// One topic as it should be.
    public struct Entry: Sendable, Equatable {
        /// Which of the five.
        public let topic: Topic
        /// Its name in this installation.
        public let name: String
        /// Its settings by their broker names, without those that follow from its replication.
        public let settings: [Setting]
        /// What `max.message.bytes` must be at least; more is as good.
        public let leastMessageBytes: Int
    }

    /// A topic's setting as it should be.
    public struct Setting: Sendable, Equatable {
        /// The broker's name for it.
        public let name: String
        /// As the broker writes it.
        public let value: String
    }

    /// In the order of ``Payments/Topic``.
    public let entries: [Entry]
    /// How large records may become, and librdkafka's own limits.
    let messages: MessageLimits
    /// What librdkafka's `message.max.bytes` must be at least.
    let leastClientLimit: Int

    /// - Parameters:
    ///   - names: what the topics are called.
    ///   - retention: how long callbacks, events, review and dead letters are kept.
    ///   - deduplication: how long a payment is remembered, which the changelog must outlive.
    ///   - messages: how large the records may become.
    public init(
        names: TopicNames, retention: Duration, deduplication: DeduplicationSettings,
        messages: MessageLimits = MessageLimits()
    ) {
        self.messages = messages
        leastClientLimit = messages.leastClientLimit(deduplication: deduplication)
        entries = Topic.allCases.map { topic in
            let isChangelog = topic == .changelog
            let kept = isChangelog ? deduplication.summaryRetention + Self.changelogMargin : retention
            return Entry(
                topic: topic, name: names[topic],
                settings: [
                    Setting(name: "cleanup.policy", value: isChangelog ? "compact,delete" : "delete"),
                    Setting(name: "retention.ms", value: "\(kept.components.seconds * 1000)"),
                    Setting(name: "unclean.leader.election.enable", value: "false"),
                ],
                leastMessageBytes: messages.leastTopicLimit(of: topic, deduplication: deduplication))
        }
    }

    /// The topics as the broker is asked for them.
    func newTopics(partitions: Int, replication: Int) -> [NewTopic] {
        entries.map { entry in
            // Said of the topic itself, because the broker's default may be lower than Kafka's.
            let messageBytes = Setting(
                name: "max.message.bytes", value: "\(max(entry.leastMessageBytes, Self.brokerMessageBytes))")
            let settings = entry.settings + [messageBytes, Self.leastInSync(replication: replication)]
            return NewTopic(
                entry.name, partitions: partitions, replication: replication,
                settings: settings.map { ($0.name, $0.value) })
        }
    }

    /// Kafka's own default of `max.message.bytes`.
    private static var brokerMessageBytes: Int { 1_048_588 }

    /// One replica may be away without stopping writes, where there is more than one.
    static func leastInSync(replication: Int) -> Setting {
        Setting(name: "min.insync.replicas", value: "\(max(1, replication - 1))")
    }
}
