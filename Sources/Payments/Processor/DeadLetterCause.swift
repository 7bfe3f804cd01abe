// SPDX-License-Identifier: Apache-2.0

/// Why a record could not be read or trusted at all.
enum DeadLetterCause: Error {
    case nullValue
    case malformedReceipt
    case malformedRelease
    case unverified
    case unreadable(JSONError)

    /// The header `tidings-stage`.
    var stage: StaticString { names.stage }
    /// The header `tidings-error-class`, and the reason in metrics.
    var errorClass: StaticString { names.errorClass }

    private var names: (stage: StaticString, errorClass: StaticString) {
        switch self {
        case .nullValue: ("value", "null-value")
        case .malformedReceipt: ("receipt", "malformed-receipt")
        case .malformedRelease: ("receipt", "malformed-release")
        case .unverified: ("verification", "unverified")
        case .unreadable(let error): ("reading", error.reason.name)
        }
    }
}

extension Reason.Rule {
    /// The raw value, as a metric label.
    var label: StaticString {
        switch self {
        case .hiddenLine: "hidden-line"
        case .link: "link"
        case .request: "request"
        case .tail: "tail"
        case .oddKey: "odd-key"
        case .shapes: "shapes"
        case .number: "number"
        case .project: "project"
        case .incomplete: "incomplete"
        case .date: "date"
        case .identifier: "identifier"
        case .tooLarge: "too-large"
        case .limit: "limit"
        case .undatedLimit: "undated-limit"
        }
    }
}
