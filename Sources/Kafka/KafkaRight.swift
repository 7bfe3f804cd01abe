// SPDX-License-Identifier: Apache-2.0

/// A right on a resource of the cluster, in the words of `kafka-acls.sh`.
public struct KafkaRight: Hashable, Sendable, CustomStringConvertible {
    public enum Operation: String, Sendable, CaseIterable {
        case read = "Read"
        case write = "Write"
        case create = "Create"
        case delete = "Delete"
        case describe = "Describe"
        case describeConfigs = "DescribeConfigs"
        case idempotentWrite = "IdempotentWrite"
    }

    public enum Resource: Hashable, Sendable, CustomStringConvertible {
        case topic(String)
        case group(String)
        case transactionalID(String)
        case cluster

        public var description: String {
            switch self {
            case .topic(let name): "topic \(name)"
            case .group(let name): "group \(name)"
            case .transactionalID(let name): "transactional id \(name)"
            case .cluster: "the cluster"
            }
        }
    }

    public let operation: Operation
    public let resource: Resource

    public init(_ operation: Operation, on resource: Resource) {
        self.operation = operation
        self.resource = resource
    }

    public var description: String { "\(operation.rawValue) on \(resource)" }

    /// Whether a broker's denial with this code can be about this right: the protocol has one code for each
    /// kind of resource, and names neither the resource nor the operation. A producer that may write to no
    /// topic gets no producer id: the broker then denies the cluster (KIP-679).
    func isDenied(by code: KafkaError.Code) -> Bool {
        switch resource {
        case .topic where operation == .write:
            code == .topicAuthorizationFailed || code == .clusterAuthorizationFailed
        case .topic: code == .topicAuthorizationFailed
        case .group: code == .groupAuthorizationFailed
        case .transactionalID: code == .transactionalIDAuthorizationFailed
        case .cluster: code == .clusterAuthorizationFailed
        }
    }
}

extension KafkaError.Code {
    /// The right that a broker denied with this code: the first of `rights` that the code can be about. For
    /// reports of records, which carry no more than the code.
    package func missingRight(among rights: KafkaRight...) -> KafkaRight? {
        rights.first { $0.isDenied(by: self) }
    }
}

extension KafkaError {
    /// The same error with the right that the broker denied: the first of `rights` that the code can be
    /// about. Callers give the rights that their call needs.
    package func naming(_ rights: KafkaRight...) -> KafkaError {
        guard missingRight == nil, let missing = rights.first(where: { $0.isDenied(by: code) }) else {
            return self
        }
        var named = self
        named.missingRight = missing
        if topic == nil, case .topic(let name) = missing.resource { named.topic = name }
        return named
    }
}

/// Makes a call that needs these rights, so that a denial names the one that is missing.
func requiring<Result>(
    _ rights: KafkaRight..., call: () throws(KafkaError) -> Result
) throws(KafkaError) -> Result {
    do throws(KafkaError) {
        return try call()
    } catch {
        throw rights.reduce(error) { $0.naming($1) }
    }
}
