// SPDX-License-Identifier: Apache-2.0

/// A secret that the platform signs a project's callbacks with. The secret leaves this module only as a
/// signature.
public struct SigningKey: Sendable {
    public enum Mode: Sendable, Equatable {
        /// Accepts.
        case active
        /// Accepts until this moment; afterwards it is as if it did not exist.
        case retiring(until: Timestamp)
        /// Never accepts. A match is counted, so that a new key can be observed before it is used.
        case shadow
    }

    /// The name in receipts, metrics and logs.
    public let id: String
    public let mode: Mode
    let secret: [UInt8]

    /// - Parameter secret: the bytes as agreed with the platform, UTF-8; never trimmed here.
    public init(id: String, secret: [UInt8], mode: Mode = .active) throws(KeyRingError) {
        if id.isEmpty { throw .emptyID }
        if secret.isEmpty { throw .emptySecret(keyID: id) }
        self.id = id
        self.mode = mode
        self.secret = secret
    }

    /// Whether a signature by this key is accepted at `now`.
    func accepts(at now: Timestamp) -> Bool {
        switch mode {
        case .active: true
        case .retiring(let end): now < end
        case .shadow: false
        }
    }
}

/// Printing a key never prints its secret.
extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "key \(id), \(mode)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["id": id, "mode": mode]) }
}

/// Why a set of keys is not a valid key ring. Names projects and keys, never a secret.
public enum KeyRingError: Error, Equatable, Sendable {
    case emptyID
    case emptySecret(keyID: String)
    case duplicateKey(projectID: Int64, keyID: String)
    case duplicateProject(Int64)
    case invalidProject(Int64)
    case noKeys(projectID: Int64)
}

extension KeyRingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .emptyID: "a key has no id"
        case .emptySecret(let keyID): "the secret of key \(keyID) is empty"
        case .duplicateKey(let projectID, let keyID): "project \(projectID) has two keys \(keyID)"
        case .duplicateProject(let projectID): "project \(projectID) is there twice"
        case .invalidProject(let projectID): "\(projectID) is not a project id"
        case .noKeys(let projectID): "project \(projectID) has no key"
        }
    }
}
