// SPDX-License-Identifier: Apache-2.0
public import Kafka

/// One access-control entry: an allowed operation on a resource, from any host.
public struct AccessRule: Hashable, Sendable {
    /// How a resource's name is compared.
    public enum Pattern: String, Sendable {
        case literal
        case prefixed
    }

    public let right: KafkaRight
    public let pattern: Pattern

    init(_ operation: KafkaRight.Operation, _ resource: KafkaRight.Resource, _ pattern: Pattern = .literal) {
        right = KafkaRight(operation, on: resource)
        self.pattern = pattern
    }
}
