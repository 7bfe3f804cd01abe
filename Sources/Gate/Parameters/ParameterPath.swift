// SPDX-License-Identifier: Apache-2.0

/// The place of a parameter in a request: the keys from the root, written with dots (`customer.first_name`).
public struct ParameterPath: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// At least one, none empty.
    public let keys: [String]

    /// - Returns: nil where a key is empty or contains a character that could forge a line of the signed
    ///   text.
    public init?(_ text: String) {
        let keys = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard keys.allSatisfy(Self.isKey) else { return nil }
        self.keys = keys
    }

    /// - Parameter text: of this program's own, and well-formed.
    public init(stringLiteral text: String) {
        guard let path = ParameterPath(text) else { preconditionFailure("\(text) is not a parameter's path") }
        self = path
    }

    public var description: String { keys.joined(separator: ".") }

    /// Letters, digits, `_` and `-`: every parameter of the provider has such a name.
    static func isKey(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
