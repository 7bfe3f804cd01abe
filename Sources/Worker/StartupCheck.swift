// SPDX-License-Identifier: Apache-2.0
public import Kafka
public import Payments
internal import StateStore
internal import Telemetry

/// What a worker must know of the cluster before it starts.
public struct ClusterFacts: Sendable, Equatable {
    /// The id that the cluster was formatted with.
    public var id: String
    /// Of each of the five topics.
    public var partitionCount: Int32

    public init(id: String, partitionCount: Int32) {
        self.id = id
        self.partitionCount = partitionCount
    }
}

/// What is asked of a cluster before a worker starts on it.
///
/// Whether another live worker has the same slot is not asked: a killed one is still listed for a while.
public struct StartupCheck: Sendable {
    /// Why a worker does not start.
    public enum Refusal: Error, Sendable {
        /// No broker answered, or one refused the question; a later check may succeed.
        case unreachable(KafkaError)
        /// Topics do not exist, or not yet; a sentence with what to do.
        case missingTopics(String)
        /// The cluster or the state is not as it must be; each fault a sentence with what to do.
        case unfit([String])
    }

    /// What was found on the way that does not prevent a start.
    public struct Finding: Sendable, Equatable {
        public var cluster: ClusterFacts
        public var warnings: [String]
    }

    public var topics: TopicNames
    public var deduplication: DeduplicationSettings
    public var stateDirectory: String?
    public var profile: Profile
    /// How large records may become, and librdkafka's own limits.
    public var messages = MessageLimits()
    /// For each question to the cluster.
    public var limit: Duration = .seconds(15)
    /// Called before each question.
    var noteStep: @Sendable () -> Void = {}

    public init(
        topics: TopicNames, deduplication: DeduplicationSettings, stateDirectory: String?,
        profile: Profile = .development
    ) {
        self.topics = topics
        self.deduplication = deduplication
        self.stateDirectory = stateDirectory
        self.profile = profile
    }

    /// Asks the cluster and looks at the state.
    public func run(_ admin: borrowing Admin) throws(Refusal) -> Finding {
        let found: TopicsFound
        let id: String
        do throws(KafkaError) {
            noteStep()
            id = try admin.clusterID(within: limit)
            found = try look(admin)
        } catch {
            throw .unreachable(error)
        }
        var context = found.examine(self)
        if let fault = stateFault { context.faults.append(fault) }
        if context.faults.isEmpty, let missing = context.missing { throw .missingTopics(missing) }
        guard context.faults.isEmpty, let count = found.partitionCount else {
            throw .unfit(context.faults)
        }
        return Finding(
            cluster: ClusterFacts(id: id, partitionCount: count), warnings: context.warnings)
    }

    /// Fetches from the changelog. A restore that has nothing to read does not, and a worker that may not
    /// read it would be ready until its next restore.
    func readChangelog(
        _ kafka: KafkaConfiguration, partitionCount: Int32, log: Log
    ) throws(Refusal) {
        noteStep()
        do throws(KafkaError) {
            try kafka.fetchOnce(
                from: [topics[.changelog]], partitionCount: partitionCount, within: limit, log: log)
        } catch {
            throw .unreachable(error)
        }
    }

    private func look(_ admin: borrowing Admin) throws(KafkaError) -> TopicsFound {
        var found = TopicsFound()
        for topic in Topic.allCases {
            let name = topics[topic]
            noteStep()
            guard let description = try admin.describe(name, for: Self.right(on: topic), within: limit) else {
                found.missing.append(name)
                continue
            }
            var settings: [String: String] = [:]
            noteStep()
            for setting in try admin.settings(of: name, within: limit) {
                settings[setting.name] = setting.value
            }
            found.topics.append(
                .init(
                    topic: topic, name: name, partitions: description.partitions,
                    replication: description.replication, settings: settings))
        }
        return found
    }

    /// What a worker does with a topic first.
    private static func right(on topic: Topic) -> KafkaRight.Operation {
        switch topic {
        case .callbacks, .changelog: .read
        case .status, .review, .deadLetter: .write
        }
    }

    /// Why the state directory cannot be used.
    private var stateFault: String? {
        guard let stateDirectory else { return nil }
        do throws(StateError) {
            try LMDBStore.prepare(stateDirectory)
            return nil
        } catch {
            return error.description
        }
    }
}
