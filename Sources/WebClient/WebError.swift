// SPDX-License-Identifier: Apache-2.0

/// Why there is no complete answer. The cases are what a caller must report apart before it sends anything
/// again.
public enum WebError: Error, Sendable, Equatable {
    /// This client does not send such a request: plain HTTP to another machine, or a malformed field.
    case refused(String)
    /// Name look-up, connect or TLS handshake failed before any byte of the request was sent: it did not
    /// arrive.
    case notSent(String)
    /// The request may have arrived.
    case unknown(String)
}

extension WebError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let reason): "the request was refused: \(reason)"
        case .notSent(let reason): "nothing was sent: \(reason)"
        case .unknown(let reason): "no complete answer: \(reason)"
        }
    }
}
