// SPDX-License-Identifier: Apache-2.0
import Testing

/// A JSON value in the making, with its members in the order in which they were given.
indirect enum JSONDraft: Equatable, Sendable {
    case text(String)
    /// As it is to be spelt.
    case number(String)
    case flag(Bool)
    case null
    case list([JSONDraft])
    case object([Member])

    struct Member: Equatable, Sendable {
        var key: String
        var value: JSONDraft

        init(_ key: String, _ value: JSONDraft) {
            self.key = key
            self.value = value
        }
    }

    var body: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .text(let text): Self.append(text, to: &bytes)
        case .number(let spelling): bytes += spelling.utf8
        case .flag(let flag): bytes += (flag ? "true" : "false").utf8
        case .null: bytes += "null".utf8
        case .list(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes += "\\u00".utf8
                bytes += [byte >> 4, byte & 15].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The member of an object; setting nil takes it away.
    subscript(key: String) -> JSONDraft? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            if let index = members.firstIndex(where: { $0.key == key }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(key, newValue))
            }
            self = .object(members)
        }
    }

    /// A copy with the value at `path` (keys joined by `.`) set, or taken away by nil.
    func with(_ path: String, _ value: JSONDraft?) -> JSONDraft {
        var copy = self
        copy.set(path.split(separator: ".").map(String.init), value)
        return copy
    }

    private mutating func set(_ path: [String], _ value: JSONDraft?) {
        guard let key = path.first else { return }
        guard path.count > 1 else {
            self[key] = value
            return
        }
        var inner = self[key] ?? .object([])
        inner.set(Array(path.dropFirst()), value)
        self[key] = inner
    }
}

extension JSONDraft: CustomTestStringConvertible {
    var testDescription: String { String(decoding: body, as: UTF8.self) }
}

extension JSONDraft: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .number("\(value)") }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: JSONDraft...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONDraft)...) {
        self = .object(elements.map { Member($0, $1) })
    }
    init(nilLiteral: ()) { self = .null }
}
