// SPDX-License-Identifier: Apache-2.0

/// Verifies callbacks: parses, makes the text that was signed, and compares.
///
/// Confined to one thread. It keeps its buffers and keyed contexts from call to call, so that an ordinary
/// callback allocates nothing.
public struct SignatureVerifier {
    /// The body of the last call; empty if it could not be read.
    public private(set) var tree: JSONTree
    /// After a verification: the lines of the rule that matched, sorted as signed.
    public private(set) var lines = SignedLines()
    /// The text to be signed by the natural rule, of the last body that could be read and had to be compared.
    public private(set) var naturalText: [UInt8] = []

    private var text: [UInt8] = []
    private var ring: KeyRing.Storage?
    /// One for each key of `ring`, in its order.
    private var authenticators: [MessageAuthenticator] = []
    /// The decoy for every key that a project does not have; its secret is random and matches nothing.
    private let decoy: MessageAuthenticator
    /// The key of `verify(_:secret:)`, replaced at each call.
    private var single: MessageAuthenticator?

    public init(limits: JSONLimits = JSONLimits()) {
        tree = JSONTree(limits: limits)
        decoy = MessageAuthenticator(secret: (0..<64).map { _ in UInt8.random(in: 0...255) })
    }

    /// Verifies a callback by the keys of its project: by every rule in its order, each with every key.
    ///
    /// - Parameter project: the project whose endpoint was called; nil takes it from the body.
    /// - Throws: why the body is not a valid JSON object.
    public mutating func verify(
        _ body: RawSpan, project: Int64?, keys: KeyRing, now: Timestamp
    ) throws(JSONError) -> Verification {
        let field = try read(body)
        guard let signature = field.signature else { return .refused(.missingSignature) }
        guard let projectID = project ?? field.projectID(in: tree) else { return .refused(.missingProject) }
        use(keys.storage)
        let candidate = Candidate(tree.bytes.span.extracting(tree.nodes[signature].value.range))
        let range = keys.range(of: projectID)
        var shadow: Verification.Match?
        for rule in SignatureRule.allCases where prepare(rule) {
            for slot in 0..<keys.storage.width {
                let index = range.lowerBound + slot
                let isKnown = index < range.upperBound
                let authenticator = isKnown ? authenticators[index] : decoy
                guard matches(candidate, authenticator, rule), isKnown else { continue }
                let key = keys.storage.keys[index]
                let match = Verification.Match(keyID: key.id, rule: rule, projectID: projectID)
                if key.accepts(at: now) {
                    tree.noteLayout(of: body)
                    return .verified(match)
                }
                if key.mode == .shadow, shadow == nil { shadow = match }
            }
        }
        return .refused(.mismatch(shadow: shadow))
    }

    /// Verifies a body by one secret, whatever project it names: for tools that are given the secret.
    ///
    /// The natural text is made of every body that can be read, signed or not.
    /// - Returns: the rule that matched, nil for none; `hasSignature` says whether there was a signature.
    /// - Throws: why the body is not a valid JSON object.
    public mutating func verify(
        _ body: RawSpan, secret: [UInt8]
    ) throws(JSONError) -> (rule: SignatureRule?, hasSignature: Bool) {
        let field = try read(body)
        _ = prepare(.natural)
        guard let signature = field.signature else { return (nil, false) }
        let candidate = Candidate(tree.bytes.span.extracting(tree.nodes[signature].value.range))
        let authenticator = single ?? MessageAuthenticator(secret: secret)
        if single != nil { authenticator.key(with: secret) }
        single = authenticator
        for rule in SignatureRule.allCases where rule == .natural || prepare(rule) {
            if matches(candidate, authenticator, rule) { return (rule, true) }
        }
        return (nil, true)
    }

    /// A signature as sent. One that is malformed is compared like any other, and never matches.
    private struct Candidate {
        var code = AuthenticationCode(repeating: 0)
        let isCanonical: Bool

        init(_ signature: Span<UInt8>) {
            isCanonical = Base64.decode(signature, into: &code)
        }
    }

    private mutating func read(_ body: RawSpan) throws(JSONError) -> SignatureField {
        naturalText.removeAll(keepingCapacity: true)
        do throws(JSONError) {
            try tree.parse(body)
        } catch {
            lines.flatten(tree, rule: .natural)
            throw error
        }
        return SignatureField(in: tree)
    }

    /// Makes the lines and the text by this rule. False if the text cannot differ from the natural one, which
    /// was compared before. That depends on the body alone, never on a key.
    private mutating func prepare(_ rule: SignatureRule) -> Bool {
        switch rule {
        case .natural, .byteOrder: break
        case .unescaped: guard tree.irregularities.contains(.colonInKey) else { return false }
        case .literalNumbers: guard tree.irregularities.contains(.reformattedNumber) else { return false }
        }
        lines.flatten(tree, rule: rule)
        lines.sort(by: rule)
        if rule == .natural {
            lines.appendJoined(to: &naturalText)
            return true
        }
        text.removeAll(keepingCapacity: true)
        lines.appendJoined(to: &text)
        return text != naturalText
    }

    private func matches(
        _ candidate: Candidate, _ authenticator: MessageAuthenticator, _ rule: SignatureRule
    ) -> Bool {
        let text = rule == .natural ? naturalText : text
        return authenticator.matches(text.span, candidate.code) && candidate.isCanonical
    }

    /// Creates the keyed contexts again after the ring was replaced.
    private mutating func use(_ storage: KeyRing.Storage) {
        if ring === storage { return }
        ring = storage
        authenticators = storage.keys.map { MessageAuthenticator(secret: $0.secret) }
    }
}
