// SPDX-License-Identifier: Apache-2.0
public import Payments

/// Examines one body and one secret: whether the body is signed, by which rule, and whether it can be read in
/// one way only. The answer is one JSON object.
///
/// Confined to one thread: its buffers are used again for every body.
public struct Examiner {
    /// What was found, beside the written answer.
    public struct Finding: Sendable, Equatable {
        /// The rule by which the signature matched; nil where it did not.
        public var rule: SignatureRule?
        /// Whether the signed text can be read in one way where it matters.
        public var isClear: Bool

        /// Whether the signature matched.
        public var isValid: Bool { rule != nil }
    }

    private let bodyLimit: Int
    private var verifier: SignatureVerifier
    private var reader: CallbackReader
    private var preview: EventPreview?

    /// - Parameters:
    ///   - limits: as the ingress has them, so that the answer is the ingress's.
    ///   - bodyLimit: in bytes.
    ///   - topics: the topics that an event would name; nil leaves `event` out of the answer.
    public init(limits: JSONLimits, bodyLimit: Int, eventsFor topics: TopicNames? = nil) {
        self.bodyLimit = bodyLimit
        verifier = SignatureVerifier(limits: limits)
        reader = CallbackReader(limits: limits)
        preview = topics.map { EventPreview(limits: limits, topics: $0) }
    }

    /// Examines a body and appends the answer, without a line end:
    ///
    ///     {"valid":true,"rule":"natural","error":null,"clear":true,"reasons":[]}
    ///
    /// `error` says why a body does not parse or has no signature; it is null when the signature just
    /// differs. A body that is not valid is read all the same, by the natural rule. A reason names a rule and
    /// a path, and the two `readings` between which the text does not decide. Where events were asked for,
    /// `event` is what would be published if this were the first callback of its operation, received at its
    /// own date; null for what is not valid, not clear or of no whole shape.
    /// - Parameter withText: adds `string_to_sign`, the natural one, for every body that parses.
    public mutating func examine(
        _ body: RawSpan, secret: [UInt8], withText: Bool = false, into output: inout [UInt8]
    ) -> Finding {
        var writer = JSONWriter()
        let finding = examine(body, secret: secret, withText: withText, into: &writer)
        output.append(contentsOf: writer.bytes)
        return finding
    }

    /// The same for a caller that writes many answers.
    mutating func examine(
        _ body: RawSpan, secret: [UInt8], withText: Bool, into writer: inout JSONWriter
    ) -> Finding {
        var answer = ExaminationAnswer()
        (answer.rule, answer.error) = verify(body, secret: secret)
        let isRead = !verifier.tree.nodes.isEmpty
        if withText { answer.stringToSign = .yes(isRead ? verifier.naturalText : nil) }
        let reading = isRead ? reader.read(body, rule: answer.rule ?? .natural, projectID: nil) : nil
        (answer.isClear, answer.reasons) = Self.reasons(of: reading)
        if preview != nil { answer.event = .yes(nil) }
        if answer.rule != nil, case .clear(let callback) = reading, preview != nil {
            answer.event = .yes(preview?.event(of: body, callback: callback, secret: secret))
        }
        answer.write(to: &writer)
        return Finding(rule: answer.rule, isClear: answer.isClear)
    }

    private mutating func verify(_ body: RawSpan, secret: [UInt8]) -> (rule: SignatureRule?, error: String?) {
        do throws(JSONError) {
            guard body.byteCount <= bodyLimit else { throw JSONError(.tooLarge, at: bodyLimit) }
            // Nothing is signed with an empty secret, though HMAC could be.
            let result = try verifier.verify(body, secret: secret.isEmpty ? Self.unlikelySecret : secret)
            if secret.isEmpty { return (nil, "the secret is empty") }
            return (result.rule, result.hasSignature ? nil : "no signature")
        } catch {
            return (nil, "\(error)")
        }
    }

    private static let unlikelySecret = (0..<64).map { _ in UInt8.random(in: 0...255) }

    private static func reasons(of reading: Reading?) -> (isClear: Bool, [Reason]) {
        switch reading {
        case .clear: (true, [])
        // The text is clear, though no event can be made of it.
        case .unknownShape(let missing): (true, missing)
        case .ambiguous(let found): (false, found)
        case .unreadable, nil: (false, [])
        }
    }
}
