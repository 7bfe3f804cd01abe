internal import Payments

/// How the cluster is reached and what the topics are called.
public enum KafkaSettings {
    /// `host:port`, several separated by commas.
    public static let bootstrapServers = Setting<String?>(
        required: "kafka.bootstrap_servers", .text("HOST:PORT,…"), unlessIn: "kafka.config_file",
        "brokers to find the cluster through")
    /// librdkafka properties as other clients read them.
    public static let configFile = Setting<String?>(
        "kafka.config_file", optional: .path("FILE"),
        "a file of librdkafka properties, name=value lines, as kcat -F reads it")
    /// librdkafka properties, passed through as they are.
    public static let properties = Setting(
        "kafka.property", .pairs("NAME=VALUE"), default: [],
        "a librdkafka property; those that would break a guarantee are refused")
    /// librdkafka properties whose values are in files: passwords and keys.
    public static let propertyFiles = Setting(
        "kafka.property_file", .pairs("NAME=FILE", arePaths: true), default: [],
        "a librdkafka property whose value is read from a file, such as sasl.password")

    /// What precedes the topics' own names.
    public static let topicPrefix = Setting(
        "topic.prefix", .kafkaPrefix, default: TopicNames.standardPrefix, "precedes the five topics' names")
    /// The topic of accepted callbacks; nil follows the prefix.
    public static let callbacksTopic = topic("callbacks", "accepted callbacks", "callbacks.v1")
    /// The topic of events; nil follows the prefix.
    public static let statusTopic = topic("status", "events", "status.v1")
    /// The topic of callbacks held for manual review; nil follows the prefix.
    public static let reviewTopic = topic("review", "callbacks held for manual review", "review.v1")
    /// The topic of unreadable records; nil follows the prefix.
    public static let deadLetterTopic = topic("dead_letter", "unreadable records", "dead-letter.v1")
    /// The topic of the payment states; nil follows the prefix.
    public static let changelogTopic = topic("changelog", "the payment states", "dedupe-changelog.v1")

    static let connection = [
        CommonSettings.profile.row, bootstrapServers.row, configFile.row, properties.row, propertyFiles.row,
    ]
    static let topics = [
        topicPrefix.row, callbacksTopic.row, statusTopic.row, reviewTopic.row, deadLetterTopic.row,
        changelogTopic.row,
    ]
    static let rows = connection + topics

    private static func topic(_ name: String, _ holds: String, _ baseName: String) -> Setting<String?> {
        Setting(
            "topic.\(name)", optional: .kafkaName,
            "the topic of \(holds), instead of the prefix and \(baseName)")
    }
}
