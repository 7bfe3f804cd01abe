// SPDX-License-Identifier: Apache-2.0

/// Why a body is not a valid JSON object (RFC 8259, strictly), and at which offset.
///
/// It never quotes the body, which may hold names and card data.
public struct JSONError: Error, Equatable, Sendable {
    public enum Reason: UInt8, Sendable, CaseIterable {
        case byteOrderMark
        case controlCharacter
        case duplicateKey
        case invalidEscape
        case invalidNumber
        case invalidUTF8
        case loneSurrogate
        case numberTooLong
        case rootNotObject
        case signedTextTooLong
        case tooDeep
        case tooLarge
        case tooManyMembers
        case trailingData
        case unexpectedCharacter
        case unexpectedEnd

        /// The name in answers of `tidings verify` and in logs.
        public var name: StaticString {
            switch self {
            case .byteOrderMark: "byte-order-mark"
            case .controlCharacter: "control-character"
            case .duplicateKey: "duplicate-key"
            case .invalidEscape: "invalid-escape"
            case .invalidNumber: "invalid-number"
            case .invalidUTF8: "invalid-utf8"
            case .loneSurrogate: "lone-surrogate"
            case .numberTooLong: "number-too-long"
            case .rootNotObject: "root-not-object"
            case .signedTextTooLong: "signed-text-too-long"
            case .tooDeep: "too-deep"
            case .tooLarge: "too-large"
            case .tooManyMembers: "too-many-members"
            case .trailingData: "trailing-data"
            case .unexpectedCharacter: "unexpected-character"
            case .unexpectedEnd: "unexpected-end"
            }
        }
    }

    public var reason: Reason
    /// In bytes from the start of the body: where the offending value, key, escape or character begins.
    public var offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { "\(reason.name) at byte \(offset)" }
}
