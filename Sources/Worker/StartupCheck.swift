public import Kafka
public import Payments
internal import State

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
    /// How far the cluster must be fit for money.
    public enum Profile: String, Sendable, CaseIterable {
        /// Fewer than three replicas, or writes that one broker may hold alone, are told as warnings.
        case development
        /// The same is refused.
        case production
    }

    /// Why a worker does not start.
    public enum Refusal: Error, Sendable {
        /// Nobody answered; a later start may find the cluster.
        case unreachable(KafkaError)
        /// The cluster or the state is not as it must be; each fault a sentence with what to do.
        case unfit([String])
    }

    /// What was found on the way that does not prevent a start.
    public struct Finding: Sendable, Equatable {
        public var cluster: ClusterFacts
        public var warnings: [String]
    }

    public var topics: TopicNames
    public var memory: MemorySettings
    public var stateDirectory: String?
    public var profile: Profile
    /// For each question to the cluster.
    public var limit: Duration = .seconds(15)

    public init(
        topics: TopicNames, memory: MemorySettings, stateDirectory: String?, profile: Profile = .development
    ) {
        self.topics = topics
        self.memory = memory
        self.stateDirectory = stateDirectory
        self.profile = profile
    }

    /// Asks the cluster and looks at the state.
    public func run(_ admin: borrowing Admin) throws(Refusal) -> Finding {
        let found: TopicsFound
        let id: String
        do throws(KafkaError) {
            id = try admin.clusterID(within: limit)
            found = try look(admin)
        } catch {
            throw .unreachable(error)
        }
        var judgement = found.judge(self)
        if let fault = stateFault { judgement.faults.append(fault) }
        guard judgement.faults.isEmpty, let count = found.partitionCount else {
            throw .unfit(judgement.faults)
        }
        return Finding(
            cluster: ClusterFacts(id: id, partitionCount: count), warnings: judgement.warnings)
    }

    private func look(_ admin: borrowing Admin) throws(KafkaError) -> TopicsFound {
        var found = TopicsFound()
        for topic in Topic.allCases {
            let name = topics[topic]
            guard let description = try admin.describe(name, within: limit) else {
                found.missing.append(name)
                continue
            }
            var settings: [String: String] = [:]
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

    /// Why the state directory cannot be used.
    private var stateFault: String? {
        guard let stateDirectory else { return nil }
        do throws(StateError) {
            try DurableTable.prepare(stateDirectory)
            return nil
        } catch {
            return error.description
        }
    }
}

/// What speaks against a start, and what a person should know.
struct StartupJudgement: Equatable {
    var faults: [String] = []
    var warnings: [String] = []
}

/// The five topics as the cluster describes them.
struct TopicsFound {
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

    func judge(_ check: StartupCheck) -> StartupJudgement {
        var judgement = StartupJudgement()
        if !missing.isEmpty {
            judgement.faults.append(
                "missing: \(missing.joined(separator: ", ")); `tidings topics create` makes them")
        }
        if missing.isEmpty && partitionCount == nil {
            let counts = topics.map { "\($0.name) \($0.partitions)" }.joined(separator: ", ")
            judgement.faults.append(
                "the topics must have one partition count, so that a payment lies in the same partition of each: "
                    + counts)
        }
        for entry in topics { judge(entry, check, &judgement) }
        return judgement
    }

    private func judge(_ entry: Entry, _ check: StartupCheck, _ judgement: inout StartupJudgement) {
        if entry.topic == .changelog { judgeRetention(entry, check, &judgement) }
        if entry.topic == .callbacks {
            judgement.faults += CallbacksRetention(entry.settings).faults(entry.name)
        }
        var weaknesses: [String] = []
        if entry.replication < 3 {
            weaknesses.append("\(entry.name) has \(entry.replication) replicas, fewer than 3")
        }
        if let least = entry.settings["min.insync.replicas"].flatMap(Int.init), least < 2 {
            weaknesses.append(
                "\(entry.name) takes writes that \(least) broker holds alone (min.insync.replicas)")
        }
        switch check.profile {
        case .development: judgement.warnings += weaknesses
        case .production: judgement.faults += weaknesses
        }
    }

    /// A memory that the log drops before it has expired would be told again after the next rebuild.
    private func judgeRetention(_ entry: Entry, _ check: StartupCheck, _ judgement: inout StartupJudgement) {
        let policies = (entry.settings["cleanup.policy"] ?? "").split(separator: ",")
            .map { $0.filter { $0 != " " } }
        if !policies.contains("compact") {
            judgement.faults.append(
                "\(entry.name) must be compacted (cleanup.policy is \(policies.joined(separator: ",")))")
        }
        guard policies.contains("delete") else { return }
        let horizon = Int64(check.memory.headKept.components.seconds)
        if let kept = entry.settings["retention.ms"].flatMap(Int64.init), kept >= 0, kept / 1000 < horizon {
            judgement.faults.append(
                "\(entry.name) keeps records for \(kept / 86_400_000) days, and payments are remembered for "
                    + "\(horizon / 86_400): raise retention.ms or lower the memory's settings")
        }
        if let size = entry.settings["retention.bytes"].flatMap(Int64.init), size >= 0 {
            judgement.faults.append(
                "\(entry.name) drops records by size (retention.bytes is \(size)): set it to -1")
        }
    }
}
