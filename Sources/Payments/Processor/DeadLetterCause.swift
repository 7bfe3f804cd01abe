// SPDX-License-Identifier: Apache-2.0

/// Why a record could not be read or trusted at all.
enum DeadLetterCause {
    case nullValue
    case malformedReceipt
    case malformedRelease
    case unverified
    case unreadable(JSONError)

    /// The header `tidings-stage`.
    var stage: StaticString {
        switch self {
        case .nullValue: "value"
        case .malformedReceipt, .malformedRelease: "receipt"
        case .unverified: "verification"
        case .unreadable: "reading"
        }
    }

    /// The header `tidings-error-class`, and the reason in metrics.
    var errorClass: StaticString {
        switch self {
        case .nullValue: "null-value"
        case .malformedReceipt: "malformed-receipt"
        case .malformedRelease: "malformed-release"
        case .unverified: "unverified"
        case .unreadable(let error): error.reason.name
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
