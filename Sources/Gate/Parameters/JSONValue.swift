// SPDX-License-Identifier: Apache-2.0
public import Payments

/// A JSON value of a request or of an answer: whatever the types of this module do not name is kept as one.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number as it was written. Nothing is computed with it.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in the order of the text.
    case object([Member])

    public struct Member: Sendable, Equatable {
        public var name: String
        public var value: JSONValue

        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// An integer, written in decimal.
    public static func integer(_ value: some BinaryInteger) -> JSONValue { .number("\(value)") }

    /// A string, or null where there is none.
    public static func stringOrNull(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// Reads a value of any kind by the same strict rules as a callback.
    public init(parsing text: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        // The scanner reads objects only, so the value becomes the one member of an object.
        let prefix = Array(#"{"v":"#.utf8)
        var tree = JSONTree(limits: limits)
        do throws(JSONError) {
            let wrapped = prefix + text + [UInt8(ascii: "}")]
            try tree.parse(wrapped.span.bytes)
        } catch {
            throw JSONError(error.reason, at: min(max(0, error.offset - prefix.count), text.count))
        }
        let children = Array(tree.children(of: 0))
        // The text itself may close the object and go on.
        guard children.count == 1 else { throw JSONError(.trailingData, at: 0) }
        self.init(tree, node: children[0])
    }

    /// The depth is bounded by the scanner's limit.
    private init(_ tree: borrowing JSONTree, node index: Int) {
        let node = tree.nodes[index]
        switch node.kind {
        case .null: self = .null
        case .true: self = .bool(true)
        case .false: self = .bool(false)
        case .number: self = .number(tree.string(node.value))
        case .string: self = .string(tree.string(node.value))
        case .array:
            var elements: [JSONValue] = []
            for child in tree.children(of: index) { elements.append(JSONValue(tree, node: child)) }
            self = .array(elements)
        case .object:
            var members: [Member] = []
            for child in tree.children(of: index) {
                members.append(Member(tree.string(tree.nodes[child].key), JSONValue(tree, node: child)))
            }
            self = .object(members)
        }
    }
}

/// JSON written as a literal, its members in the order of the text.
extension JSONValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral text: String) { self = .string(text) }
    public init(integerLiteral number: Int64) { self = .integer(number) }
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { Member($0, $1) })
    }
}

/// Reading.
extension JSONValue {
    /// The member of an object with this name; nil for any other value.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The members of an object; none for any other value.
    public var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The elements of an array; nil for any other value.
    public var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of a string or of a number; nil for any other value.
    public var text: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .null, .bool, .array, .object: nil
        }
    }

    /// An integer, written as a number or as a string.
    public var integer: Int64? { text.flatMap { Int64($0) } }
}

/// Writing.
extension JSONValue {
    /// The value as JSON without white space.
    public var encoded: [UInt8] {
        var output: [UInt8] = []
        encode(into: &output)
        return output
    }

    /// The same with a line end.
    public var line: [UInt8] { encoded + [UInt8(ascii: "\n")] }

    func encode(into output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): Self.encode(text, into: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.encode(into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                Self.encode(member.name, into: &output)
                output.append(UInt8(ascii: ":"))
                member.value.encode(into: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func encode(_ text: String, into output: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case ..<0x20:
                output.append(contentsOf: "\\u00".utf8)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 0xF)])
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}
