import Kafka
public import Payments

/// What the five topics of an installation should be.
public struct TopicPlan: Sendable {
    /// How long the changelog outlives the memory that it holds: time for a worker that was down to come back
    /// and read records that are about to expire.
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

    /// - Parameters:
    ///   - names: what the topics are called.
    ///   - retention: how long callbacks, events, review and dead letters are kept.
    ///   - memory: how long a payment is remembered, which the changelog must outlive.
    public init(names: TopicNames, retention: Duration, memory: MemorySettings) {
        entries = Topic.allCases.map { topic in
            let isChangelog = topic == .changelog
            let kept = isChangelog ? memory.headKept + Self.changelogMargin : retention
            return Entry(
                topic: topic, name: names[topic],
                settings: [
                    Setting(name: "cleanup.policy", value: isChangelog ? "compact,delete" : "delete"),
                    Setting(name: "retention.ms", value: "\(kept.components.seconds * 1000)"),
                    Setting(name: "unclean.leader.election.enable", value: "false"),
                ])
        }
    }

    /// The topics as the broker is asked for them.
    func newTopics(partitions: Int, replication: Int) -> [NewTopic] {
        entries.map { entry in
            let settings = entry.settings + [Self.leastInSync(replication: replication)]
            return NewTopic(
                entry.name, partitions: partitions, replication: replication,
                settings: settings.map { ($0.name, $0.value) })
        }
    }

    /// One replica may be away without stopping writes, where there is more than one.
    static func leastInSync(replication: Int) -> Setting {
        Setting(name: "min.insync.replicas", value: "\(max(1, replication - 1))")
    }
}
