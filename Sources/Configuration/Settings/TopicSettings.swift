// SPDX-License-Identifier: Apache-2.0
internal import Audit

/// What the topics are created with and checked against.
public enum TopicSettings {
    public static let retention = Setting(
        "topic.retention", .duration(.seconds(3600)...(.seconds(86_400 * 3650))),
        default: TopicPlan.standardRetention,
        "how long callbacks, events, review and dead letters are kept")

    /// One count for all five, since a payment's records are in the same partition of each.
    public static let partitions = Setting(
        required: "partitions", .integer(1...10_000), sources: .flagOnly, "partitions of each topic")
    /// Brokers that hold each partition.
    public static let replication = Setting(
        required: "replication", .integer(1...100), sources: .flagOnly, "replicas of each partition")
    /// The same, where nothing is created.
    public static let expectedPartitions = Setting<Int?>(
        "partitions", optional: .integer(1...10_000), sources: .flagOnly,
        "partitions that each topic must have; left out: the same for all")
    /// The same, where nothing is created.
    public static let expectedReplication = Setting<Int?>(
        "replication", optional: .integer(1...100), sources: .flagOnly,
        "replicas that each partition must have; left out: not checked")
}
