// SPDX-License-Identifier: Apache-2.0
import Payments

/// Someone who has seen one signed text, has no key, and may send whatever body has that same text.
///
/// This is all that he can do: the signature holds the text, so a body of another text is refused at the
/// door.
struct Adversary {
    /// `line;line;…`, as it was signed.
    let text: [UInt8]
    /// Where a line of some body might begin: at the start and directly after each `;`.
    let pieces: [Int]
    /// The lines of the body that was really signed.
    let lines: [BodyPlan.Line]
    /// What the body that was really signed reports; nil where that is nothing.
    let honest: Reported?

    private var tree = JSONTree()
    private var signedLines = SignedLines()
    private var joined: [UInt8] = []
    private var reader = CallbackReader()
    private(set) var accepted = 0

    /// - Parameter signed: a body that the merchant or the platform signed.
    init(_ signed: JSONDraft) throws {
        try self.init(signed.body)
    }

    init(_ signed: [UInt8]) throws {
        try tree.parse(signed.span.bytes)
        signedLines.flatten(tree, rule: .natural)
        signedLines.sort(by: .natural)
        signedLines.appendJoined(to: &joined)
        let text = joined
        self.text = text
        var start = 0
        lines = signedLines.lines.map { line in
            let end = start + Int(line.value.end - line.path.start)
            defer { start = end + 1 }
            return BodyPlan.Line(start: start, colon: start + line.path.count, end: end)
        }
        pieces = [0] + text.indices.filter { text[$0] == UInt8(ascii: ";") }.map { $0 + 1 }
        honest = Reported(reader.read(signed.span.bytes, rule: .natural, projectID: SampleCallback.project))
    }

    enum Outcome {
        /// Another text, or no JSON: refused at the door.
        case refused
        case held(Reading)
        case reported(Reported)
    }

    /// Sends a body, as ingress and worker would take it.
    mutating func send(_ body: [UInt8]) -> Outcome {
        guard let rule = verifyingRule(of: body) else { return .refused }
        accepted += 1
        let reading = reader.read(body.span.bytes, rule: rule, projectID: SampleCallback.project)
        return Reported(reading).map { .reported($0) } ?? .held(reading)
    }

    /// Whether the body makes us report something that the honest one does not; then what.
    mutating func deceives(with body: [UInt8]) -> Reported? {
        guard case .reported(let reported) = send(body), reported != honest else { return nil }
        return reported
    }

    /// The rule under which the verifier would find the signature right, which it tries in this order.
    private mutating func verifyingRule(of body: [UInt8]) -> SignatureRule? {
        do { try tree.parse(body.span.bytes) } catch { return nil }
        for rule in SignatureRule.allCases {
            signedLines.flatten(tree, rule: rule)
            signedLines.sort(by: rule)
            joined.removeAll(keepingCapacity: true)
            signedLines.appendJoined(to: &joined)
            if joined == text { return rule }
        }
        return nil
    }
}
