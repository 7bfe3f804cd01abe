// SPDX-License-Identifier: Apache-2.0

/// Why a callback is in review: the decision, the rule and the path of the body that it concerns, as the
/// headers `tidings-reason`, `tidings-rule` and `tidings-path` of the review record name them.
///
/// In one text the three have spaces between them: `conflict`, `stale limit`, `ambiguous link payment_id`.
public struct ReviewFinding: Sendable, Hashable {
    public var decision: Decision
    public var rule: Reason.Rule?
    /// Empty where the rule concerns no part of the body.
    public var path: String

    public init(_ decision: Decision, _ rule: Reason.Rule? = nil, path: String = "") {
        self.decision = decision
        self.rule = rule
        self.path = path
    }

    /// - Returns: nil where the text is not one that `text` gives.
    public init?(_ text: some StringProtocol) {
        let words = text.split(separator: " " as Character, omittingEmptySubsequences: false).map {
            String($0)
        }
        guard (1...3).contains(words.count),
            let decision = Decision.allCases.first(where: { "\($0.name)" == words[0] })
        else { return nil }
        self.init(decision)
        if words.count > 1 {
            guard let rule = Reason.Rule(rawValue: words[1]) else { return nil }
            self.rule = rule
        }
        if words.count > 2 {
            guard !words[2].isEmpty, words[2].utf8.count <= Reason.pathLimit else { return nil }
            path = words[2]
        }
    }

    public var text: String {
        "\(decision.name)" + (rule.map { " \($0.rawValue)" } ?? "") + (path.isEmpty ? "" : " \(path)")
    }

    /// Whether a release may accept it. No event can be made of an unknown shape, and the state of the
    /// payment of a record in the wrong partition is in another partition: these can only be dismissed.
    public var isAcceptable: Bool { acceptedRow != nil || acceptedReason != nil }

    /// The row of the decision table that a release with this finding passes over.
    var acceptedRow: AcceptedRows? {
        guard path.isEmpty else { return nil }
        switch decision {
        case .future: return rule == nil ? .future : nil
        case .conflict: return rule == nil ? .conflict : nil
        case .stale:
            if rule == nil || rule == .limit { return .stale }
            return rule == .undatedLimit ? .undatedLimit : nil
        case .advance, .correction, .duplicate, .late, .ambiguous, .unknownShape, .wrongPartition,
            .deadLetter:
            return nil
        }
    }

    /// The ambiguity that a release with this finding accepts.
    var acceptedReason: Reason? {
        guard decision == .ambiguous, let rule, rule.isAcceptable else { return nil }
        return Reason(rule, path)
    }
}
