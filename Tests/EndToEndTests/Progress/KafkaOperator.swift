// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// Anyone who runs the Kafka cluster of an installation: does what Kafka's own tools do to its topics and its
/// group.
struct KafkaOperator {
    let installation: Installation

    init(_ installation: Installation) { self.installation = installation }

    private var broker: Broker { installation.broker }

    /// Moves the group's offsets of the callbacks topic, such as `["--to-earliest"]`. The tool refuses as
    /// long as the group has members, which a stopped worker is until its session ends.
    func resetOffsets(_ how: [String]) throws {
        try retryWhileRetriable("kafka-consumer-groups.sh", until: "NEW-OFFSET") {
            ["--reset-offsets", "--topic", installation.topics[.callbacks]] + how + ["--execute"]
        }
    }

    /// The same of the group of a consumer of events.
    func resetOffsets(ofConsumer group: String, _ how: [String]) throws {
        try retryWhileRetriable("kafka-consumer-groups.sh", of: group, until: "NEW-OFFSET") {
            ["--reset-offsets", "--topic", installation.topics[.status]] + how + ["--execute"]
        }
    }

    func deleteGroup() throws {
        try retryWhileRetriable("kafka-consumer-groups.sh", until: "was successful") { ["--delete"] }
    }

    /// As after `offsets.retention.minutes`.
    func deleteOffsets() throws {
        try retryWhileRetriable("kafka-consumer-groups.sh", until: "Request succeed") {
            ["--delete-offsets", "--topic", installation.topics[.callbacks]]
        }
    }

    private func retryWhileRetriable(
        _ tool: String, of group: String? = nil, until done: String, _ arguments: () -> [String]
    ) throws {
        var output = ""
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            output = try broker.runTool(
                tool, ["--group", group ?? installation.group] + arguments())
            if output.contains(done), !output.contains("Error") { return }
        }
        throw Installation.Broken("\(tool): \(output)")
    }

    /// Deletes a topic and makes it again with the same settings.
    func recreate(_ topic: Topic) throws {
        try delete(topic)
        try createAgain(topic)
    }

    func delete(_ topic: Topic) throws {
        let name = installation.topics[topic]
        let admin = try Admin(broker.configuration, log: .silent)
        for failure in try admin.delete([name], within: .seconds(120)) { if let failure { throw failure } }
        try eventually(within: .seconds(60), "\(name) is not deleted") {
            try admin.describe(name, within: .seconds(120)) == nil
        }
    }

    /// Makes a deleted topic again, with the same settings.
    func createAgain(_ topic: Topic) throws {
        let name = installation.topics[topic]
        let admin = try Admin(broker.configuration, log: .silent)
        try installation.createTopics()
        try eventually(within: .seconds(60), "\(name) is not made") {
            try admin.describe(name, within: .seconds(120)) != nil
        }
    }

    /// Deletes all records of a topic that there are now.
    func truncate(_ topic: Topic) throws {
        let admin = try Admin(broker.configuration, log: .silent)
        let ends = try (0..<installation.partitions).map { partition in
            PartitionOffset(
                topic: installation.topics[topic], partition: partition, offset: try end(of: topic, partition)
            )
        }
        try admin.deleteRecords(before: ends, within: .seconds(120))
    }

    func end(of topic: Topic, _ partition: Int32) throws -> Int64 {
        let admin = try Admin(broker.configuration, log: .silent)
        let name = TopicPartition(topic: installation.topics[topic], partition: partition)
        var end: Int64?
        eventually(within: .seconds(60), "\(name) has no leader") {
            end = try? admin.watermarks(of: name, within: .seconds(120)).high
            return end != nil
        }
        return try #require(end)
    }

    func addPartitions(to topics: [Topic], count: Int) throws {
        for topic in topics {
            let name = installation.topics[topic]
            let output = try broker.runTool(
                "kafka-topics.sh", ["--alter", "--topic", name, "--partitions", "\(count)"])
            let admin = try Admin(broker.configuration, log: .silent)
            try eventually(within: .seconds(60), "\(output)") {
                try admin.describe(name, within: .seconds(120))?.partitions == count
            }
        }
    }

    /// What the group has committed, by partition.
    func committed() throws -> [Int64?] { try committed(installation.group, .callbacks) }

    /// What a consumer of events has committed, by partition.
    func committed(ofConsumer group: String) throws -> [Int64?] { try committed(group, .status) }

    private func committed(_ group: String, _ topic: Topic) throws -> [Int64?] {
        let consumer = try Consumer(broker.configuration, group: .init(id: group), log: .silent)
        return try consumer.committed(
            (0..<installation.partitions).map {
                TopicPartition(topic: installation.topics[topic], partition: $0)
            }, within: .seconds(120))
    }
}

extension Installation {
    /// Lets one worker process all there is, and stops it.
    func process(flags: [String] = []) throws {
        let worker = try WatchedWorker(self, flags: flags)
        // First, because what a tool committed at the end looks like the end of the work until a restore
        // replaced it.
        worker.waitUntilReady()
        try waitUntilDecided(within: .seconds(180), by: [worker.process])
        worker.stop()
    }

    /// Callbacks of all kinds: some lead to events, some to review records, some to dead letters.
    func mixed(_ traffic: inout Traffic, _ count: Int) -> [(payment: String, body: String)] {
        traffic.next(count)
            + (0..<6).map { ("odd-\($0)", "{\"project_id\":\(Self.projectID),\"thing\":{\"n\":\($0)}}") }
            + (0..<6).map { ("broken-\($0)", "{\"not\": json \($0)") }
    }

    /// How many records readers see in each of the three output topics.
    func outputCounts() throws -> [Int] {
        try [Topic.status, .review, .deadLetter].map {
            try readAll(topics[$0], at: broker.bootstrapServers).count
        }
    }
}

/// The faults that `prove` reports, by kind, and whether it exits with 0.
struct ProveReport {
    let ending: ChildProcess.Ending?
    let kinds: [String]
    let faults: [[String: Any]]
    let text: String

    init(_ installation: Installation, _ arguments: [String] = []) throws {
        let process = try installation.prove(arguments)
        ending = process.waitForEnd(within: .zero)
        text = process.output + process.errors
        let document = try JSONSerialization.jsonObject(with: Data(process.output.utf8)) as? [String: Any]
        faults = document?["faults"] as? [[String: Any]] ?? []
        kinds = faults.compactMap { $0["kind"] as? String }
    }
}
