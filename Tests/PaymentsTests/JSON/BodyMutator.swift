// SPDX-License-Identifier: Apache-2.0
import Payments

/// Changes a body as a careless or hostile sender could.
struct BodyMutator {
    private enum Change: CaseIterable {
        case text, number, kind, duplicate, swap, drop, escape, rename, wrap
        case whitespace, brokenText, byte, insertion, deletion, end
    }

    private static let texts = [
        "", "x", "a;b", "a;payment:status:success", "x;operation:id:5", "a:b", "::", "é", "日本語", "😀",
        #"\/"#, #"\u00e9"#, #"\ud83d\ude00"#, #"\ud83d"#, #"\""#, #"\x"#, "\u{1}", #"\u0000"#, "success",
        "decline", "2024-12-07T19:08:45+0000", String(repeating: "long ", count: 60), "12", "USD",
    ]
    private static let numbers = [
        "0", "-0", "7", "10000", "-5", "01", "1e3", "1.50", "1E+2", "-", "1.", "1e", ".5", "+1", "0x1",
        "9223372036854775807", "9223372036854775808", String(repeating: "9", count: 64),
        String(repeating: "9", count: 65), "1.0",
    ]
    private static let values = [
        "null", "true", "false", #""x""#, "5", "[]", "{}", "[1]", #"{"a":1}"#, "nul", #"{"a":1,"a":2}"#,
        "[[[[]]]]",
    ]
    private static let brokenTexts: [[UInt8]] = [
        [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0xE2, 0x82],
        [0xF0, 0x9F, 0x98], [0xC3, 0xA9], [0xEF, 0xBB, 0xBF], [0xFF],
    ]

    var random: SeededGenerator

    mutating func change(_ body: inout [UInt8]) {
        var tree = JSONTree()
        let isReadable = (try? tree.parse(body.span.bytes)) != nil
        let change = Change.allCases.randomElement(using: &random) ?? .text
        switch change {
        case .text, .number, .kind, .duplicate, .swap, .drop, .escape, .rename, .wrap:
            if isReadable { changeMember(of: &body, tree, change) } else { body.append(UInt8(ascii: " ")) }
        case .whitespace:
            body.insert(Array(" \n\r\t".utf8).randomElement(using: &random) ?? 0x20, at: place(in: body))
        case .brokenText:
            body.insert(contentsOf: Self.brokenTexts.randomElement(using: &random) ?? [], at: place(in: body))
        case .byte:
            if !body.isEmpty { body[Int.random(in: body.indices, using: &random)] = byte() }
        case .insertion:
            body.insert(byte(), at: place(in: body))
        case .deletion:
            if !body.isEmpty { body.remove(at: Int.random(in: body.indices, using: &random)) }
        case .end:
            if Bool.random(using: &random) {
                body = Array(body[..<place(in: body)])
            } else {
                body.append(byte())
            }
        }
    }

    private mutating func place(in body: [UInt8]) -> Int { Int.random(in: 0...body.count, using: &random) }

    /// Of the bytes that mean something in JSON as often as of all others.
    private mutating func byte() -> UInt8 {
        let special = Array("{}[]\",:\\;0-1eE.+ \u{0}\u{7f}".utf8)
        return Bool.random(using: &random)
            ? special.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
    }

    private mutating func changeMember(of body: inout [UInt8], _ tree: JSONTree, _ change: Change) {
        let members = tree.nodes.indices.filter {
            !tree.nodes[$0].key.isEmpty && tree.nodes[$0].key.start > 0
        }
        guard let index = members.randomElement(using: &random),
            let other = members.randomElement(using: &random)
        else { return }
        let key = tree.nodes[index].key.range
        let (value, otherValue) = (Self.value(of: index, tree, body), Self.value(of: other, tree, body))
        let member = key.lowerBound - 1..<value.upperBound
        switch change {
        case .text: replace(&body, value, with: "\"\(Self.texts.randomElement(using: &random) ?? "")\"")
        case .number: replace(&body, value, with: Self.numbers.randomElement(using: &random) ?? "")
        case .kind: replace(&body, value, with: Self.values.randomElement(using: &random) ?? "")
        case .wrap: replace(&body, value, with: "[\(String(decoding: body[value], as: UTF8.self))]")
        case .duplicate: body.insert(contentsOf: body[member] + [UInt8(ascii: ",")], at: member.lowerBound)
        case .drop: body.removeSubrange(member)
        case .swap where !value.overlaps(otherValue):
            let (first, second) =
                value.lowerBound < otherValue.lowerBound ? (value, otherValue) : (otherValue, value)
            let (one, two) = (Array(body[first]), Array(body[second]))
            body.replaceSubrange(second, with: one)
            body.replaceSubrange(first, with: two)
        case .escape:
            let letter = body[key.lowerBound]
            let hexadecimal = String(letter, radix: 16)
            replace(
                &body, key.lowerBound..<key.lowerBound + 1,
                with: "\\u00\(letter < 16 ? "0" : "")\(hexadecimal)")
        default: body[key.lowerBound] = byte()
        }
    }

    private func replace(_ body: inout [UInt8], _ range: Range<Int>, with text: String) {
        body.replaceSubrange(range, with: Array(text.utf8))
    }

    /// A value as it is written, quotes included.
    private static func value(of index: Int, _ tree: JSONTree, _ body: [UInt8]) -> Range<Int> {
        let node = tree.nodes[index]
        guard node.kind == .string else { return node.value.range }
        var end = node.value.range.lowerBound
        while body[end] != UInt8(ascii: "\"") { end += body[end] == UInt8(ascii: "\\") ? 2 : 1 }
        return node.value.range.lowerBound - 1..<end + 1
    }
}
