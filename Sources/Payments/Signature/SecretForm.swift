// SPDX-License-Identifier: Apache-2.0

/// What is conspicuous about a secret: nearly always a slip of anyone who stored it.
public enum SecretForm: Sendable, Equatable, CaseIterable {
    /// White space before or after it. The platform's secrets have none.
    case surroundingSpace
    /// Quotation marks around it: a shell or a file of variables left them.
    case quoted
    /// A secret of published examples: the platform's SDKs and documents, or this project's. Anybody can sign
    /// with it.
    case published

    /// Secrets of published examples and tests.
    static let publishedSecrets: [StaticString] = [
        "qwerty", "123", "12345", "123abc123abc", "secret", "example-secret", "demo secret",
    ]

    /// All that is conspicuous about a secret.
    static func all(of secret: [UInt8]) -> [SecretForm] {
        allCases.filter { form in
            switch form {
            case .surroundingSpace: trimmed(secret) != secret
            case .quoted: unquoted(secret) != secret
            case .published: publishedSecrets.contains { bytes($0) == secret }
            }
        }
    }

    static func trimmed(_ secret: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        var rest = secret[...].drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return Array(rest)
    }

    static func unquoted(_ secret: [UInt8]) -> [UInt8] {
        guard secret.count > 2, let first = secret.first, first == secret.last,
            first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
        else { return secret }
        return Array(secret[1..<(secret.count - 1)])
    }

    static func bytes(_ text: StaticString) -> [UInt8] {
        Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension KeyRing {
    /// A key that is probably not what its owner meant. Names projects and keys, never a secret.
    public struct Doubt: Sendable, Equatable {
        public let projectID: Int64
        public let keyID: String
        public let reason: Reason
    }

    /// Why a key is doubted.
    public enum Reason: Sendable, Equatable {
        case form(SecretForm)
        /// Another project has the same secret. Each project has a different one.
        case sharedSecret(otherProjectID: Int64, otherKeyID: String)
    }

    /// Keys that are probably slips. The ring works with them: a secret is used exactly as it was given.
    public var doubts: [Doubt] {
        var doubts: [Doubt] = []
        var seen: [[UInt8]: (projectID: Int64, keyID: String)] = [:]
        for project in storage.projects {
            for key in project.keys {
                let doubt = { Doubt(projectID: project.id, keyID: key.id, reason: $0) }
                doubts += SecretForm.all(of: key.secret).map { doubt(.form($0)) }
                if let other = seen[key.secret], other.projectID != project.id {
                    doubts.append(
                        doubt(.sharedSecret(otherProjectID: other.projectID, otherKeyID: other.keyID)))
                } else {
                    seen[key.secret] = (project.id, key.id)
                }
            }
        }
        return doubts
    }
}

extension KeyRing.Doubt: CustomStringConvertible {
    public var description: String {
        let name = "project \(projectID), key \(keyID): the secret"
        return switch reason {
        case .form(.surroundingSpace): "\(name) has white space before or after it"
        case .form(.quoted): "\(name) has quotation marks around it"
        case .form(.published): "\(name) is a test key from published examples, which anybody can sign with"
        case .sharedSecret(let project, let key):
            "\(name) is also that of project \(project), key \(key), but each project has a different one"
        }
    }
}
