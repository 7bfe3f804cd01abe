// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments

/// What speaks against a start, and what a person should know.
struct StartupFinding: Equatable {
    /// Topics that do not exist.
    var missing: String?
    var faults: [String] = []
    var warnings: [String] = []
}

/// The five topics as the cluster describes them.
struct TopicsFound {
    /// The platform retries for 11 days, and an outage of the workers must be over before callbacks are
    /// deleted.
    private static let leastDays: Int64 = 14
    private static let day: Int64 = 86_400_000

    struct Entry {
        var topic: Topic
        var name: String
        var partitions: Int
        var replication: Int
        var settings: [String: String]
    }

    var missing: [String] = []
    var topics: [Entry] = []

    /// The count that all five have; nil where they differ or one is missing.
    var partitionCount: Int32? {
        let counts = Set(topics.map(\.partitions))
        return missing.isEmpty && counts.count == 1 ? counts.first.map { Int32($0) } : nil
    }

    func examine(_ check: StartupCheck) -> StartupFinding {
        var context = StartupFinding()
        if !missing.isEmpty {
            context.missing =
                "missing: \(missing.joined(separator: ", ")); `tidings topics create` makes them"
        }
        if missing.isEmpty && partitionCount == nil {
            let counts = topics.map { "\($0.name) \($0.partitions)" }.joined(separator: ", ")
            context.faults.append(
                "the topics must have one partition count, so that a payment is in the same partition of each: "
                    + counts)
        }
        for entry in topics { examine(entry, check, &context) }
        switch check.profile {
        case .development: context.warnings += weaknesses
        case .production: context.faults += weaknesses
        }
        let least = check.messages.leastClientLimit(deduplication: check.deduplication)
        if check.messages.clientBytes < least {
            context.faults.append(
                "librdkafka sends no record over \(check.messages.clientBytes) bytes (message.max.bytes), and a record "
                    + "may have \(least): raise it by kafka.property, or lower event.max_bytes or the deduplication settings"
            )
        }
        return context
    }

    private func examine(_ entry: Entry, _ check: StartupCheck, _ context: inout StartupFinding) {
        if entry.topic == .changelog { examineRetention(entry, check, &context) }
        if entry.topic == .callbacks { examineCallbacks(entry, &context) }
        checkMessageBytes(entry, check, &context)
    }

    /// What a production cluster must not have, a sentence for each kind, with the topics that have it.
    private var weaknesses: [String] {
        let few = topics.filter { $0.replication < 3 }.map { "\($0.name) \($0.replication)" }
        let alone = topics.compactMap { entry -> String? in
            guard let least = entry.settings["min.insync.replicas"].flatMap(Int.init), least < 2 else {
                return nil
            }
            return "\(entry.name) \(least)"
        }
        var sentences: [String] = []
        if !few.isEmpty {
            sentences.append("fewer than 3 replicas: \(few.joined(separator: ", "))")
        }
        if !alone.isEmpty {
            sentences.append(
                "one broker alone may hold a write (min.insync.replicas below 2): \(alone.joined(separator: ", "))"
            )
        }
        return sentences
    }

    /// What could delete an accepted callback before it is processed.
    private func examineCallbacks(_ entry: Entry, _ context: inout StartupFinding) {
        if let policy = entry.settings["cleanup.policy"], policy.contains("compact") {
            context.faults.append(
                "\(entry.name) must not be compacted (cleanup.policy is \(policy)): set it to delete")
        }
        if let kept = entry.settings["retention.ms"].flatMap(Int64.init), kept >= 0,
            kept < Self.leastDays * Self.day
        {
            context.faults.append(
                "\(entry.name) keeps callbacks for \(kept / Self.day) days, fewer than \(Self.leastDays): raise "
                    + "retention.ms, or callbacks are deleted before they are processed")
        }
        if let size = entry.settings["retention.bytes"].flatMap(Int64.init), size >= 0 {
            context.faults.append(
                "\(entry.name) drops callbacks by size (retention.bytes is \(size)): set it to -1")
        }
    }

    /// A record that the topic refuses would hold back its partition until an operator raises the limit.
    private func checkMessageBytes(
        _ entry: Entry, _ check: StartupCheck, _ context: inout StartupFinding
    ) {
        let least = check.messages.leastTopicLimit(of: entry.topic, deduplication: check.deduplication)
        guard let limit = entry.settings["max.message.bytes"].flatMap(Int.init), limit < least else { return }
        context.faults.append(
            "\(entry.name) accepts \(limit) bytes (max.message.bytes), and a record or a batch may have \(least): "
                + "raise max.message.bytes")
    }

    /// A payment state that the log drops before it has expired would be published again after the next
    /// rebuild.
    private func examineRetention(_ entry: Entry, _ check: StartupCheck, _ context: inout StartupFinding) {
        let policies = (entry.settings["cleanup.policy"] ?? "").split(separator: ",")
            .map { $0.filter { $0 != " " } }
        if !policies.contains("compact") {
            context.faults.append(
                "\(entry.name) must be compacted (cleanup.policy is \(policies.joined(separator: ",")))")
        }
        guard policies.contains("delete") else { return }
        let horizon = Int64(check.deduplication.summaryRetention.components.seconds)
        if let kept = entry.settings["retention.ms"].flatMap(Int64.init), kept >= 0, kept / 1000 < horizon {
            context.faults.append(
                "\(entry.name) keeps records for \(kept / Self.day) days, and payments are remembered for "
                    + "\(horizon / 86_400): raise retention.ms or lower the deduplication settings")
        }
        if let size = entry.settings["retention.bytes"].flatMap(Int64.init), size >= 0 {
            context.faults.append(
                "\(entry.name) drops records by size (retention.bytes is \(size)): set it to -1")
        }
    }
}
