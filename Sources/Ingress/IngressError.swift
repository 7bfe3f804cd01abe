// SPDX-License-Identifier: Apache-2.0
public import HTTP
public import Kafka

/// Why the ingress could not be made or started.
public enum IngressError: Error, Equatable, Sendable {
    case http(HTTPError)
    case kafka(KafkaError)
    /// Settings that contradict one another; which.
    case invalidSettings(String)
}

extension IngressError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .http(let error): error.description
        case .kafka(let error): error.description
        case .invalidSettings(let sentence): sentence
        }
    }
}

/// Makes calls of the server and throws their errors as the ingress's.
func translating<Result>(_ call: () throws(HTTPError) -> Result) throws(IngressError) -> Result {
    do throws(HTTPError) { return try call() } catch { throw .http(error) }
}
