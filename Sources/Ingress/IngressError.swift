public import HTTP
public import Kafka

/// Why the ingress could not be made or started.
public enum IngressError: Error, Equatable, Sendable {
    case http(HTTPError)
    case kafka(KafkaError)
}

extension IngressError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .http(let error): error.description
        case .kafka(let error): error.description
        }
    }
}
