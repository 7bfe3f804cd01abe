// SPDX-License-Identifier: Apache-2.0

/// The reasons that go with a decision: a closed set, so that a metric can have every series from the start.
extension Decision {
    /// The values of `RecordOutput.reason` with this decision. Empty for what is published as a status or
    /// only counted.
    public var reasons: [StaticString] {
        switch self {
        case .advance, .correction, .duplicate, .late: []
        case .future, .conflict, .wrongPartition: [name]
        case .stale: [name] + rules
        case .ambiguous, .unknownShape: rules
        case .deadLetter: DeadLetterCause.errorClasses
        }
    }

    private var rules: [StaticString] {
        Reason.Rule.allCases.filter { $0.decision == self }.map(\.label)
    }
}

extension Reason.Rule {
    /// The decision that has this rule as its reason.
    public var decision: Decision {
        switch self {
        case .hiddenLine, .link, .request, .tail, .oddKey, .shapes, .number, .project: .ambiguous
        case .incomplete, .date, .identifier, .tooLarge: .unknownShape
        case .limit, .undatedLimit: .stale
        }
    }
}

extension DeadLetterCause {
    /// Every value of `errorClass`.
    static var errorClasses: [StaticString] {
        let causes: [DeadLetterCause] = [.nullValue, .malformedReceipt, .malformedRelease, .unverified]
        return causes.map(\.errorClass) + JSONError.Reason.allCases.map(\.name)
    }
}
