// SPDX-License-Identifier: Apache-2.0
internal import Kafka
public import Payments

/// The least rights that each role needs.
///
/// `Read` and `Write` imply `Describe`, and a producer that may write to any topic needs no `IdempotentWrite`
/// on the cluster (KIP-679), so neither is listed where it follows. A test on a broker runs each role with
/// exactly these, and with each one removed.
public struct AccessPlan: Sendable {
    private let topics: TopicNames
    private let group: String
    private let readerGroup: String

    /// - Parameters:
    ///   - group: the workers' group, which every transactional id starts with.
    ///   - readerGroup: the group of a service that reads events.
    public init(topics: TopicNames, group: String, readerGroup: String) {
        self.topics = topics
        self.group = group
        self.readerGroup = readerGroup
    }

    /// In the order of the topics, then groups, then transactional ids.
    public func rules(of role: AccessRole) -> [AccessRule] {
        switch role {
        case .ingress: on(.callbacks, .write)
        case .worker: worker
        case .audit: audit
        case .recovery: recovery
        case .reader: on(.status, .read) + [AccessRule(.read, .group(readerGroup))]
        case .reconcile: on(.callbacks, .write) + on(.status, .read)
        case .scaler: on(.callbacks, .describe) + [AccessRule(.describe, .group(group))]
        }
    }

    private var worker: [AccessRule] {
        // A start compares the topics' settings with the worker's.
        on(.callbacks, .read, .describeConfigs)
            + Topic.outputs.flatMap { on($0, .write, .describeConfigs) }
            + on(.changelog, .read, .write, .describeConfigs)
            + [
                AccessRule(.read, .group(group)),
                AccessRule(.write, .transactionalID("\(group)-"), .prefixed),
            ]
    }

    private var audit: [AccessRule] {
        // An output older than its topic keeps records is not missing.
        on(.callbacks, .read) + Topic.outputs.flatMap { on($0, .read, .describeConfigs) }
            + on(.changelog, .read)
            + [AccessRule(.describe, .group(group))]
    }

    private var recovery: [AccessRule] {
        on(.callbacks, .read, .write)
            + Topic.outputs.flatMap { on($0, .read, .write, .describeConfigs) } + on(.changelog, .read)
            + [AccessRule(.describe, .group(group)), AccessRule(.read, .group("\(group)-replay"))]
            // Each command has one fixed id, so that its next start ends what a killed one left open.
            + ["replay", "review", "dead-letter"].map {
                AccessRule(.write, .transactionalID("\(group)-\($0)"))
            }
    }

    private func on(_ topic: Topic, _ operations: KafkaRight.Operation...) -> [AccessRule] {
        operations.map { AccessRule($0, .topic(topics[topic])) }
    }
}
