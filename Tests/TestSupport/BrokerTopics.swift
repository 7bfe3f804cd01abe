// SPDX-License-Identifier: Apache-2.0
internal import Foundation
public import Kafka
public import Payments
internal import Telemetry
internal import Testing

extension Broker {
    /// A topic of the test's own, under a unique name; deleted afterwards.
    public func withTopic<Result>(
        _ name: String = "topic", partitions: Int = 1, settings: [(name: String, value: String)] = [],
        _ body: (String) throws -> Result
    ) throws -> Result {
        try withTopics([NewTopic(name, partitions: partitions, settings: settings)]) { try body($0[0]) }
    }

    /// Several topics; their names, each with the same ending added, are given in order.
    public func withTopics<Result>(_ topics: [NewTopic], _ body: ([String]) throws -> Result) throws -> Result
    {
        let ending = UUID().uuidString.prefix(8).lowercased()
        var topics = topics
        for index in topics.indices { topics[index].name += "-\(ending)" }
        let names = topics.map(\.name)
        let admin = try Admin(configuration, log: .silent)
        for failure in try admin.create(topics, within: .seconds(120)) { if let failure { throw failure } }
        // Made by the controller, but not yet known to the broker.
        try eventually {
            try names.allSatisfy { try admin.describe($0, within: .seconds(60)) != nil }
        }
        defer { _ = try? admin.delete(names, within: .seconds(10)) }
        return try body(names)
    }

    /// Whether readers of committed records see all that workers wrote: the markers of a transaction are
    /// written one by one, and those of the offsets may come first.
    public func areOutputsVisible(of topics: TopicNames) throws -> Bool {
        let admin = try Admin(configuration, log: .silent)
        let reader = try Consumer(configuration, group: nil, log: .silent)
        for topic in [Topic.status, .review, .deadLetter, .changelog] {
            let name = topics[topic]
            guard let found = try admin.describe(name, within: .seconds(60)) else { return false }
            for number in 0..<found.partitions {
                let partition = TopicPartition(topic: name, partition: Int32(number))
                let stable = try reader.watermarks(of: partition, within: .seconds(60)).high
                guard try stable == admin.watermarks(of: partition, within: .seconds(60)).high else {
                    return false
                }
            }
        }
        return true
    }

    /// Waits until every partition of the topics has all its replicas in sync; false where that does not
    /// come.
    public func waitUntilInSync(_ topics: [String], within limit: Duration) throws -> Bool {
        let admin = try Admin(configuration, log: .silent)
        let deadline = ContinuousClock.now + limit
        while true {
            let isInSync = topics.allSatisfy { name in
                guard let found = try? admin.describe(name, within: .seconds(60)) else { return false }
                return found.inSync == found.replication
            }
            if isInSync { return true }
            guard ContinuousClock.now < deadline else { return false }
            usleep(200_000)
        }
    }

    /// A name for a group or a transactional id that is unique.
    public func unique(_ name: String) -> String { "\(name)-\(UUID().uuidString.prefix(8).lowercased())" }
}
