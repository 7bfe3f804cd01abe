// SPDX-License-Identifier: Apache-2.0
internal import Payments
public import WebClient

/// How the cluster is reached and what the topics are called.
public enum KafkaSettings {
    /// `host:port`, several separated by commas.
    public static let bootstrapServers = Setting<String?>(
        required: "kafka.bootstrap_servers", .text("HOST:PORT,…"), unlessIn: "kafka.config_file",
        "brokers to find the cluster through")
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
    /// The token of SASL OAUTHBEARER, such as a projected token of Kubernetes.
    public static let oauthTokenFile = Setting<String?>(
        "kafka.oauth_token_file", optional: .path("FILE"),
        "the token (JWT) of SASL OAUTHBEARER; the file is read again before the token expires")
    public static let oauthTokenURL = Setting<WebAddress?>(
        "kafka.oauth_token_url", optional: .webAddress,
        "where tokens of SASL OAUTHBEARER are fetched with client credentials (RFC 6749, section 4.4)")
    public static let oauthClientID = Setting<String?>(
        "kafka.oauth_client_id", optional: .text("ID"), "the client id towards kafka.oauth_token_url")
    public static let oauthClientSecretFile = Setting<String?>(
        "kafka.oauth_client_secret_file", optional: .path("FILE"),
        "the file of the client secret towards kafka.oauth_token_url")
    /// What the token is for.
    public static let oauthScope = Setting<String?>(
        "kafka.oauth_scope", optional: .text("SCOPE"), "the scope asked of kafka.oauth_token_url")
    public static let oauthAuthorityFile = Setting<String?>(
        "kafka.oauth_ca_file", optional: .path("FILE"),
        "certificate authorities (PEM) of kafka.oauth_token_url, instead of the system's")

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
        oauthTokenFile.row, oauthTokenURL.row, oauthClientID.row, oauthClientSecretFile.row, oauthScope.row,
        oauthAuthorityFile.row,
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
