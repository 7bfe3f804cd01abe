public import Payments

/// Says of one body and one secret what an operator wants to know: is it signed, by which rule, and can it be read
/// in one way only. The answer is one JSON object.
///
/// Belongs to one thread: its buffers are used again for every body.
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

    /// - Parameters:
    ///   - limits: as the ingress has them, so that the answer is the ingress's.
    ///   - bodyLimit: in bytes.
    public init(limits: JSONLimits, bodyLimit: Int) {
        self.bodyLimit = bodyLimit
        verifier = SignatureVerifier(limits: limits)
        reader = CallbackReader(limits: limits)
    }

    /// Examines a body and appends the answer, without a line end:
    ///
    ///     {"valid":true,"rule":"natural","error":null,"clear":true,"reasons":[]}
    ///
    /// `error` says why a body does not parse or has no signature; it is null when the signature just differs.
    /// A body that is not clear is judged all the same, and so is one that is not valid, by the natural rule.
    /// - Parameter withText: adds `string_to_sign`, the natural one, for every body that parses.
    public mutating func examine(
        _ body: RawSpan, secret: [UInt8], withText: Bool = false, into output: inout [UInt8]
    ) -> Finding {
        let (rule, error) = verify(body, secret: secret)
        output.append(
            contentsOf: rule == nil ? #"{"valid":false,"rule":"#.utf8 : #"{"valid":true,"rule":"#.utf8)
        appendText(rule.map { "\($0.name)" }, to: &output)
        output.append(contentsOf: #","error":"#.utf8)
        appendText(error, to: &output)
        let isRead = !verifier.tree.nodes.isEmpty
        if withText {
            output.append(contentsOf: #","string_to_sign":"#.utf8)
            if isRead {
                JSONText.appendQuoted(verifier.naturalText, to: &output)
            } else {
                output.append(contentsOf: "null".utf8)
            }
        }
        let isClear = isRead ? judge(body, rule: rule ?? .natural, into: &output) : appendUnread(to: &output)
        output.append(UInt8(ascii: "}"))
        return Finding(rule: rule, isClear: isClear)
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

    /// Appends `clear` and `reasons`.
    private mutating func judge(_ body: RawSpan, rule: SignatureRule, into output: inout [UInt8]) -> Bool {
        let reasons: [Reason]
        let isClear: Bool
        switch reader.read(body, rule: rule, projectID: nil) {
        case .clear: (isClear, reasons) = (true, [])
        // The text is clear, though it tells of nothing that an event could be made of.
        case .unknownShape(let missing): (isClear, reasons) = (true, missing)
        case .ambiguous(let found): (isClear, reasons) = (false, found)
        case .unreadable: return appendUnread(to: &output)
        }
        output.append(
            contentsOf: isClear ? #","clear":true,"reasons":["#.utf8 : #","clear":false,"reasons":["#.utf8)
        for (index, reason) in reasons.enumerated() {
            output.append(contentsOf: index == 0 ? #"{"rule":"#.utf8 : #",{"rule":"#.utf8)
            JSONText.appendQuoted(reason.rule.rawValue.utf8, to: &output)
            output.append(contentsOf: #","path":"#.utf8)
            JSONText.appendQuoted(reason.path.utf8, to: &output)
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
        return isClear
    }

    private func appendUnread(to output: inout [UInt8]) -> Bool {
        output.append(contentsOf: #","clear":false,"reasons":[]"#.utf8)
        return false
    }

    private func appendText(_ text: String?, to output: inout [UInt8]) {
        if let text {
            JSONText.appendQuoted(text.utf8, to: &output)
        } else {
            output.append(contentsOf: "null".utf8)
        }
    }
}
