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
    /// `error` says why a body does not parse or has no signature; it is null when the signature just differs.
    /// A body that is not clear is judged all the same, and so is one that is not valid, by the natural rule.
    /// Where events were asked for, `event` is what would be published if this were the first callback of its
    /// operation, received at its own date; null for what is not valid, not clear or of no whole shape.
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
        let reading = isRead ? reader.read(body, rule: rule ?? .natural, projectID: nil) : nil
        let isClear = appendReasons(of: reading, to: &output)
        if preview != nil {
            output.append(contentsOf: #","event":"#.utf8)
            if rule != nil, case .clear(let callback) = reading {
                preview?.append(body, callback: callback, secret: secret, to: &output)
            } else {
                output.append(contentsOf: "null".utf8)
            }
        }
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
    private func appendReasons(of reading: Reading?, to output: inout [UInt8]) -> Bool {
        let (isClear, reasons): (Bool, [Reason]) =
            switch reading {
            case .clear: (true, [])
            // The text is clear, though it tells of nothing that an event could be made of.
            case .unknownShape(let missing): (true, missing)
            case .ambiguous(let found): (false, found)
            case .unreadable, nil: (false, [])
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

    private func appendText(_ text: String?, to output: inout [UInt8]) {
        if let text {
            JSONText.appendQuoted(text.utf8, to: &output)
        } else {
            output.append(contentsOf: "null".utf8)
        }
    }
}
