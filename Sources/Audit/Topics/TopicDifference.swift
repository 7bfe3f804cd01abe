// SPDX-License-Identifier: Apache-2.0
import Kafka

/// One thing about a topic that is not as it should be.
public struct TopicDifference: Sendable, Equatable, CustomStringConvertible {
    /// The topic's name.
    public let topic: String
    /// What differs: `partitions`, `replication`, a setting's broker name, or nil where the topic is missing.
    public let property: String?
    /// As it is.
    public let found: String
    /// As it should be.
    public let expected: String

    /// One line for a person.
    public var description: String {
        guard let property else { return "\(topic): there is no such topic" }
        return "\(topic): \(property) is \(found), not \(expected)"
    }

    static func missing(_ topic: String) -> TopicDifference {
        TopicDifference(topic: topic, property: nil, found: "", expected: "")
    }
}

/// What a cluster reported one planned topic.
struct FoundTopic {
    let entry: TopicPlan.Entry
    let description: TopicDescription
    let settings: [TopicSetting]

    /// - Parameters:
    ///   - partitions: what the topic should have.
    ///   - replication: the same; nil is not checked, and the in-sync minimum then follows the real one.
    func differences(partitions: Int, replication: Int?) -> [TopicDifference] {
        var differences: [TopicDifference] = []
        func compare(_ property: String, _ found: String, _ expected: String) {
            if found != expected {
                differences.append(
                    TopicDifference(topic: entry.name, property: property, found: found, expected: expected))
            }
        }
        compare("partitions", "\(description.partitions)", "\(partitions)")
        if let replication { compare("replication", "\(description.replication)", "\(replication)") }
        let leastInSync = TopicPlan.leastInSync(replication: replication ?? description.replication)
        for expected in entry.settings + [leastInSync] {
            let found = settings.first { $0.name == expected.name }?.value ?? "unknown"
            compare(expected.name, Self.canonical(found), Self.canonical(expected.value))
        }
        if let limit = settings.first(where: { $0.name == "max.message.bytes" }).flatMap({ Int($0.value) }),
            limit < entry.leastMessageBytes
        {
            compare("max.message.bytes", "\(limit)", "at least \(entry.leastMessageBytes)")
        }
        return differences
    }

    /// Brokers write a list of policies in any order.
    private static func canonical(_ value: String) -> String {
        value.split(separator: ",").sorted().joined(separator: ",")
    }
}
