// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("JSON scanner")
struct JSONScannerTests {
    @Test(
        "what RFC 8259 does not allow is refused, with its place",
        arguments: [
            ("", JSONError(.unexpectedEnd, at: 0)),
            ("  ", JSONError(.unexpectedEnd, at: 2)),
            ("[]", JSONError(.rootNotObject, at: 0)),
            (" 1", JSONError(.rootNotObject, at: 1)),
            ("\u{FEFF}{}", JSONError(.byteOrderMark, at: 0)),
            ("{}{}", JSONError(.trailingData, at: 2)),
            ("{} x", JSONError(.trailingData, at: 3)),
            ("{}\0", JSONError(.trailingData, at: 2)),
            ("{", JSONError(.unexpectedEnd, at: 1)),
            (#"{"a""#, JSONError(.unexpectedEnd, at: 4)),
            (#"{"a":"#, JSONError(.unexpectedEnd, at: 5)),
            (#"{"a":1"#, JSONError(.unexpectedEnd, at: 6)),
            (#"{"a":[1"#, JSONError(.unexpectedEnd, at: 7)),
            (#"{"a"#, JSONError(.unexpectedEnd, at: 3)),
            (#"{"a\"#, JSONError(.unexpectedEnd, at: 3)),
            (#"{"a\u12"#, JSONError(.unexpectedEnd, at: 3)),
            (#"{"a\ud800"#, JSONError(.unexpectedEnd, at: 3)),
            (#"{"a":1,}"#, JSONError(.unexpectedCharacter, at: 7)),
            (#"{"a":[1,]}"#, JSONError(.unexpectedCharacter, at: 8)),
            (#"{"a":[,1]}"#, JSONError(.unexpectedCharacter, at: 6)),
            (#"{,"a":1}"#, JSONError(.unexpectedCharacter, at: 1)),
            (#"{"a":1]"#, JSONError(.unexpectedCharacter, at: 6)),
            (#"{"a":[1}"#, JSONError(.unexpectedCharacter, at: 7)),
            (#"{"a" 1}"#, JSONError(.unexpectedCharacter, at: 5)),
            (#"{a:1}"#, JSONError(.unexpectedCharacter, at: 1)),
            (#"{'a':1}"#, JSONError(.unexpectedCharacter, at: 1)),
            (#"{"a":1 /**/}"#, JSONError(.unexpectedCharacter, at: 7)),
            (#"{"a":NaN}"#, JSONError(.unexpectedCharacter, at: 5)),
            (#"{"a":Infinity}"#, JSONError(.unexpectedCharacter, at: 5)),
            (#"{"a":tru}"#, JSONError(.unexpectedCharacter, at: 8)),
            (#"{"a":nul"#, JSONError(.unexpectedEnd, at: 8)),
            (#"{"a":truex}"#, JSONError(.unexpectedCharacter, at: 9)),
            (#"{"a":01}"#, JSONError(.invalidNumber, at: 5)),
            (#"{"a":-01}"#, JSONError(.invalidNumber, at: 6)),
            (#"{"a":-}"#, JSONError(.invalidNumber, at: 6)),
            (#"{"a":1.}"#, JSONError(.invalidNumber, at: 7)),
            (#"{"a":.1}"#, JSONError(.unexpectedCharacter, at: 5)),
            (#"{"a":1e}"#, JSONError(.invalidNumber, at: 7)),
            (#"{"a":1e+}"#, JSONError(.invalidNumber, at: 8)),
            (#"{"a":+1}"#, JSONError(.unexpectedCharacter, at: 5)),
            (#"{"a":0x1}"#, JSONError(.unexpectedCharacter, at: 6)),
            (#"{"a":-Infinity}"#, JSONError(.invalidNumber, at: 6)),
            ("{\"a\":\"\n\"}", JSONError(.controlCharacter, at: 6)),
            ("{\"a\":\"\0\"}", JSONError(.controlCharacter, at: 6)),
            ("{\"a\":\"\\n\u{1F}\"}", JSONError(.controlCharacter, at: 8)),
            (#"{"a":"\x"}"#, JSONError(.invalidEscape, at: 6)),
            (#"{"a":"\u12G4"}"#, JSONError(.invalidEscape, at: 6)),
            (#"{"a":"\U0041"}"#, JSONError(.invalidEscape, at: 6)),
            (#"{"a":"\udc00"}"#, JSONError(.loneSurrogate, at: 6)),
            (#"{"a":"\ud800"}"#, JSONError(.loneSurrogate, at: 6)),
            (#"{"a":"\ud800\ud800"}"#, JSONError(.loneSurrogate, at: 6)),
            (#"{"a":"\ud800\n"}"#, JSONError(.loneSurrogate, at: 6)),
        ])
    func refused(body: String, expected: JSONError) {
        var tree = JSONTree()
        #expect(throws: expected) { try tree.parse(body) }
        #expect(tree.nodes.isEmpty)
    }

    @Test(
        "bytes that are not UTF-8 are refused, in keys and in values",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF],
            [0xE0, 0x80, 0x80], [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0x80], [0xF1, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        var tree = JSONTree()
        for escape in ["", #"\n"#] {
            let start = Array("{\"ab\(escape)".utf8)
            let key = start + bytes + Array("\":1}".utf8)
            let expected = JSONError(.invalidUTF8, at: start.count)
            #expect(throws: expected) { try tree.parse(key.span.bytes) }
            #expect(throws: expected) { try tree.parse((start + bytes).span.bytes) }
        }
        let value = Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(throws: JSONError(.invalidUTF8, at: 6)) { try tree.parse(value.span.bytes) }
    }

    @Test("every scalar is read, raw and escaped")
    func everyScalar() throws {
        var tree = JSONTree()
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 1)
        where value < 0x3000 || value % 251 == 0 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = String(Character(scalar))
            let escapes = text.utf16.map { unit in
                let digits = String(unit, radix: 16, uppercase: value % 2 == 0)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            let isRaw = value >= 0x20 && scalar != "\"" && scalar != "\\"
            try tree.parse("{\"a\":\"\(isRaw ? text : "")|\(escapes.joined())\"}")
            #expect(
                tree.string(tree.nodes[1].value).unicodeScalars.elementsEqual(
                    (isRaw ? [scalar, "|", scalar] : ["|", scalar])))
        }
    }

    @Test("the short escapes mean their characters")
    func shortEscapes() throws {
        var tree = JSONTree()
        try tree.parse(#"{"a":"x\"\\\/\b\f\n\r\tx"}"#)
        #expect(tree.string(tree.nodes[1].value) == "x\"\\/\u{8}\u{C}\n\r\tx")
    }

    @Test(
        "a key that an object has twice is refused, however it is spelt",
        arguments: [
            (#"{"a":1,"a":1}"#, 7), (#"{"a":1,"\u0061":1}"#, 7), (#"{"":1,"b":2,"":3}"#, 12),
            (#"{"x":{"k":1,"k":2}}"#, 12), (#"{"x":[{},{"k":1,"k":2}]}"#, 16),
            (#"{"abcdefgh":1,"abcdefgi":1,"abcdefgh":1}"#, 27), (#"{"a\/b":1,"a/b":1}"#, 10),
        ])
    func duplicates(body: String, offset: Int) {
        var tree = JSONTree()
        #expect(throws: JSONError(.duplicateKey, at: offset)) { try tree.parse(body) }
    }

    @Test("the same key in two objects is not a duplicate")
    func sameKeyElsewhere() throws {
        var tree = JSONTree()
        try tree.parse(#"{"a":{"a":1,"b":{"a":2}},"b":[{"a":1},{"a":1}],"A":3,"a ":4}"#)
        #expect(tree.nodes.count == 12)
    }

    @Test(
        "a duplicate is found wherever it is in an object of any size",
        arguments: [2, 15, 16, 17, 18, 40, 500])
    func duplicateAnywhere(count: Int) throws {
        var tree = JSONTree()
        let names = (0..<count).map { "key\($0 * 7919 % 1000)" }
        try tree.parse(Self.object(names))
        for (first, second) in [(0, count - 1), (count / 2, count - 1), (0, 1), (count / 3, count / 2)]
        where first < second {
            var doubled = names
            doubled[second] = names[first]
            let offset = Self.object(Array(doubled[..<second])).utf8.count
            #expect(throws: JSONError(.duplicateKey, at: offset)) { try tree.parse(Self.object(doubled)) }
        }
    }

    static func object(_ names: [String]) -> String {
        "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
    }
}
