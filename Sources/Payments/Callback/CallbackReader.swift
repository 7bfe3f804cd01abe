// SPDX-License-Identifier: Apache-2.0

/// Reads a callback from its signed lines, and checks whether they can be read in one way only.
///
/// A valid signature says that the platform, or the merchant, once signed this *text*; it does not say what
/// was meant, since values are signed unescaped and types not at all, and since the merchant's own links and
/// requests are signed with the same key. So nothing is read from the JSON but the lines, and the rules in
/// `Rules` refuse to read a text that holds more than one story.
///
/// The steps, in this order:
/// 1. parse and flatten by the rule that verified, without sorting;
/// 2. find every line's place in the schema, in one pass;
/// 3. sort only where the order reports something: a `;` inside a line, a `general:project_id`, an odd path;
/// 4. outline: which shape, which action;
/// 5. the rules; any reason makes it ambiguous;
/// 6. the fields, or why there is no whole shape.
///
/// Not for two threads at the same time: the storage is used again by every call, so that an ordinary
/// callback costs no allocation.
public struct CallbackReader: Sendable {
    private var tree: JSONTree
    /// The lines of the last body, for the partition key; empty after one that could not be read.
    public private(set) var lines = SignedLines()
    /// Whether the last body had the layout of an earlier one.
    public var hasKnownLayout: Bool { tree.hasKnownLayout }
    private let schema = Schema.shared
    private var findings = ScannedFields()
    private var reasons: [Reason] = []

    public init(limits: JSONLimits = JSONLimits()) {
        tree = JSONTree(limits: limits)
    }

    /// - Parameters:
    ///   - rule: how the text that verified was made of the body.
    ///   - projectID: the project of the key that verified; nil where none is known, and the body is
    ///     believed.
    ///   - accepted: reasons that a person has accepted. The body is then read by the names of its members,
    ///     as it would be without these reasons: of two members with one path the first counts, of two shapes
    ///     the first of operation, transaction, errors, token and redirect.
    public mutating func read(
        _ body: RawSpan, rule: SignatureRule, projectID: Int64?, accepting accepted: [Reason] = []
    ) -> Reading {
        do throws(JSONError) {
            try tree.parse(body)
            lines.flatten(tree, rule: rule)
        } catch {
            lines = SignedLines()
            return .unreadable(error)
        }
        let reading = check(rule: rule, projectID: projectID, accepting: accepted)
        if case .clear = reading { tree.noteLayout(of: body) }
        return reading
    }

    private mutating func check(
        rule: SignatureRule, projectID: Int64?, accepting accepted: [Reason]
    ) -> Reading {
        findings.read(lines, by: schema)
        if findings.needsOrder { lines.sort(by: rule) }
        if findings.groups == .transaction { findings.adoptNewestEntry(in: lines) }
        let outline = CallbackOutline(findings, in: lines.bytes.span)

        reasons.removeAll(keepingCapacity: true)
        HiddenLineRule.check(lines, findings, by: schema, into: &reasons)
        LinkRule.check(lines, findings, by: schema, into: &reasons)
        RequestRule.check(lines, findings, by: schema, into: &reasons)
        ShapesRule.check(findings, outline, into: &reasons)
        NumberRule.check(lines, findings, into: &reasons)
        let project = ProjectRule.check(lines, findings, projectID: projectID, into: &reasons)
        if findings.hasInnerPieces { TailRule.check(lines, outline, by: schema, into: &reasons) }
        OddKeyRule.check(lines, findings, outline, by: schema, into: &reasons)
        guard reasons.isEmpty || areAccepted(accepted) else { return .ambiguous(reasons) }

        return CallbackBuilder(lines: lines, findings: findings).make(outline, project: project)
    }

    /// Whether every reason is among the accepted ones. A full list may be cut off: what it does not have
    /// was accepted by no key.
    private func areAccepted(_ accepted: [Reason]) -> Bool {
        reasons.count < Reason.listLimit
            && reasons.allSatisfy { $0.rule.isAcceptable && accepted.contains($0) }
    }
}
