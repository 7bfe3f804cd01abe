// SPDX-License-Identifier: Apache-2.0

/// Why a server could not be started.
public enum HTTPError: Error, Equatable, Sendable {
    /// The address is not a `host:port`, or its host is unknown; what it was.
    case invalidAddress(String)
    /// The system refused the address: in use, not ours, not allowed. Its own words.
    case cannotListen(address: String, reason: String)
    /// Settings that contradict one another; which.
    case invalidSettings(String)
    /// libmicrohttpd refused to start; with TLS nearly always a key that does not fit its certificate.
    case cannotStart(String)
}

extension HTTPError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidAddress(let text): "'\(text)' is not an address to listen on: give host:port"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .invalidSettings(let sentence), .cannotStart(let sentence): sentence
        }
    }
}
