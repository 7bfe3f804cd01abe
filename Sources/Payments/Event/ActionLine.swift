// SPDX-License-Identifier: Apache-2.0

/// What a line of an action is to the one who sends the customer on.
enum ActionLine {
    case method
    case url
    /// A field of the form to be posted; its path below `body`.
    case body(ByteRange)
    case field

    init(_ path: ByteRange, of kind: Callback.Action.Kind, in bytes: Span<UInt8>) {
        let text = bytes.extracting(path.range)
        switch kind {
        case .redirect where text.isEqual(to: "method"): self = .method
        case .redirect where text.isEqual(to: "url"): self = .url
        case .redirect where text.count > 5 && text.extracting(0..<5).isEqual(to: "body:"):
            self = .body(ByteRange(start: path.start + 5, end: path.end))
        case .returnURL where text.isEmpty: self = .url
        default: self = .field
        }
    }
}

extension Callback.Action.Kind {
    /// The name in events.
    public var name: StaticString {
        switch self {
        case .redirect: "redirect"
        case .acs: "acs"
        case .threeds2: "threeds2"
        case .clarification: "clarification"
        case .display: "display"
        case .qrCode: "qr_code"
        case .returnURL: "return_url"
        case .providerExtraFields: "provider_extra_fields"
        }
    }
}
