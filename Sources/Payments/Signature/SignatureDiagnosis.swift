// SPDX-License-Identifier: Apache-2.0

/// The likely cause why a callback verifies with no key of its project. For an operator's log: it costs one
/// comparison for each key it tries, so it is made seldom and never in the path of an answer.
public enum SignatureDiagnosis: Sendable, Equatable {
    /// The project has no key here.
    case unknownProject
    /// The project's key made the signature, but its time is over.
    case retiredKey(String)
    /// The project's key made the signature, but it is in shadow mode.
    case shadowKey(String)
    /// The secret without the white space around it made the signature, or with some.
    case surroundingSpace(key: String)
    /// The secret without its quotation marks made the signature.
    case quoted(key: String)
    /// A secret of published examples made the signature: the platform signs with a test key.
    case testKey
    /// A key of another project made the signature.
    case otherProject(Int64, key: String)
    /// None of these.
    case unknown

    /// How many keys of other projects are tried.
    static let mostOthers = 1000

    /// Finds the cause.
    ///
    /// - Parameters:
    ///   - body: a callback that does not verify.
    ///   - project: the one it was sent for.
    /// - Throws: why the body is not a JSON object.
    public init(of body: RawSpan, project: Int64, keys: KeyRing, limits: JSONLimits) throws(JSONError) {
        var verifier = SignatureVerifier(limits: limits)
        let own = keys.keys(of: project) ?? []
        for key in own where try verifier.verify(body, secret: key.secret).rule != nil {
            switch key.mode {
            case .active: continue
            case .retiring: self = .retiredKey(key.id)
            case .shadow: self = .shadowKey(key.id)
            }
            return
        }
        for key in own {
            for variant in Self.spaced(key.secret)
            where try verifier.verify(body, secret: variant).rule != nil {
                self = .surroundingSpace(key: key.id)
                return
            }
            let unquoted = SecretForm.unquoted(SecretForm.trimmed(key.secret))
            if unquoted != key.secret, try verifier.verify(body, secret: unquoted).rule != nil {
                self = .quoted(key: key.id)
                return
            }
        }
        for secret in SecretForm.publishedSecrets
        where try verifier.verify(body, secret: SecretForm.bytes(secret)).rule != nil {
            self = .testKey
            return
        }
        for other in keys.storage.projects.lazy.filter({ $0.id != project }).prefix(Self.mostOthers) {
            for key in other.keys where try verifier.verify(body, secret: key.secret).rule != nil {
                self = .otherProject(other.id, key: key.id)
                return
            }
        }
        self = own.isEmpty ? .unknownProject : .unknown
    }

    /// The secret as it would be without the usual slips of white space, the secret itself left out.
    private static func spaced(_ secret: [UInt8]) -> [[UInt8]] {
        let bare = SecretForm.trimmed(secret)
        if bare.isEmpty { return [] }
        let variants = [bare, bare + [0x0A], bare + [0x0D, 0x0A], bare + [0x20], [0x20] + bare]
        return variants.filter { $0 != secret }
    }
}

extension SignatureDiagnosis: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownProject: "the keys file has no key of this project"
        case .retiredKey(let key):
            "signed with the key \(key), whose mode is retiring and whose time has passed"
        case .shadowKey(let key): "signed with the key \(key), whose mode is shadow: make it active"
        case .surroundingSpace(let key):
            "white space around the secret of the key \(key), here or at the platform"
        case .quoted(let key): "quotation marks around the secret of the key \(key)"
        case .testKey: "signed with a test key from published examples"
        case .otherProject(let project, let key): "signed with the key \(key) of project \(project)"
        case .unknown:
            "not white space, a test key or another project's key: compare the secret with the platform's"
        }
    }
}
