// SPDX-License-Identifier: Apache-2.0

/// How the signed text was made of the body. The platform signs by `natural`; the others are what official
/// SDKs do in corner cases. They are tried in this order, only when `natural` fails.
public enum SignatureRule: UInt8, Sendable, CaseIterable {
    /// `:` in a key doubled, paths in PHP's natural order, numbers as PHP 8 prints them.
    case natural
    /// As `natural`, but `:` in a key is left as it is.
    case unescaped
    /// As `natural`, but paths in plain byte order.
    case byteOrder
    /// As `natural`, but numbers as they are written in the body.
    case literalNumbers

    /// The name in metrics, receipts and the output of `tidings verify`.
    public var name: StaticString {
        switch self {
        case .natural: "natural"
        case .unescaped: "unescaped"
        case .byteOrder: "byte-order"
        case .literalNumbers: "literal-numbers"
        }
    }
}
