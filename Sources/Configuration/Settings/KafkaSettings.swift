/// How the cluster is reached and what the topics are called.
public enum KafkaSettings {
    /// `host:port`, several separated by commas.
    public static let bootstrapServers = Setting(
        "kafka.bootstrap_servers", .text("HOST:PORT,…"), default: nil, "brokers to find the cluster through")
    /// librdkafka properties, passed through as they are.
    public static let properties = Setting(
        "kafka.property", .pairs("NAME=VALUE"), default: "", isSecret: true,
        "a librdkafka property; those that would break a guarantee are refused")
    /// librdkafka properties whose values stand in files: passwords and keys.
    public static let propertyFiles = Setting(
        "kafka.property_file", .pairs("NAME=FILE"), default: "",
        "a librdkafka property whose value is read from a file, such as sasl.password")

    /// What stands before the topics' own names.
    public static let topicPrefix = Setting(
        "topic.prefix", .kafkaPrefix, default: "payments.", "stands before the five topics' names")
    /// The topic of accepted callbacks; nil follows the prefix.
    public static let callbacksTopic = topic("callbacks", "accepted callbacks", "callbacks.v1")
    /// The topic of events; nil follows the prefix.
    public static let statusTopic = topic("status", "events", "status.v1")
    /// The topic of what a person must look at; nil follows the prefix.
    public static let reviewTopic = topic("review", "what a person must look at", "review.v1")
    /// The topic of unreadable records; nil follows the prefix.
    public static let deadLetterTopic = topic("dead_letter", "unreadable records", "dead-letter.v1")
    /// The topic of the workers' memory; nil follows the prefix.
    public static let changelogTopic = topic("changelog", "the workers' memory", "dedupe-changelog.v1")

    static let connection = [bootstrapServers.row, properties.row, propertyFiles.row]
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

extension Settings {
    /// The properties for librdkafka in the order given, those from files read now; secrets among them.
    public func kafkaProperties() throws(ConfigurationError) -> [(name: String, value: String)] {
        var pairs = [(name: "bootstrap.servers", value: self[KafkaSettings.bootstrapServers])]
        pairs += self[KafkaSettings.properties].map { ($0.name, $0.text) }
        for property in self[KafkaSettings.propertyFiles] {
            let bytes = SecretFile.withoutLineEnd(try FileBytes.read(property.text, atMost: 1 << 20))
            guard let text = String(validating: bytes, as: UTF8.self), !text.isEmpty else {
                throw ConfigurationError("holds no text for \(property.name)", file: property.text)
            }
            pairs.append((property.name, text))
        }
        return pairs
    }
}
