// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Signed lines")
struct SignedLinesTests {
    @Test(
        "a text to be signed is that of the official SDKs",
        arguments: GoldenVector.all.filter { $0.body != nil && $0.stringToSign != nil })
    func golden(vector: GoldenVector) throws {
        #expect(try SignedLines.text(of: #require(vector.body)) == vector.stringToSign)
    }

    @Test(
        "values are written as PHP turns them into strings",
        arguments: [
            (#"{"a":true,"b":false,"c":null,"d":"","e":[],"f":{}}"#, "a:1;b:0;c:;d:"),
            (
                #"{"a":-0,"b":-0.0,"c":1.0,"d":10.50,"e":1e25,"f":0.00001}"#,
                "a:0;b:-0;c:1;d:10.5;e:1.0E+25;f:1.0E-5"
            ),
            (#"{"a":12345678901234567890,"b":0.30000000000000004}"#, "a:1.2345678901235E+19;b:0.3"),
            (#"{"a":"\u1780\u00e9\/;:"}"#, "a:\u{1780}\u{e9}/;:"),
        ])
    func values(body: String, text: String) throws {
        #expect(try SignedLines.text(of: body) == text)
    }

    @Test(
        "members that are not signed leave no line",
        arguments: [
            (#"{"signature":"x","a":{"signature":1,"b":[{"signature":{"c":1}},2]}}"#, "a:b:1:2"),
            (#"{"signature":null,"a":{"signature":null}}"#, "a:signature:;signature:"),
            (#"{"frame_mode":"popup","a":{"frame_mode":{"b":1},"c":2}}"#, "a:c:2"),
            (#"{"Signature":1,"frame_modes":2}"#, "Signature:1;frame_modes:2"),
        ])
    func skipped(body: String, text: String) throws {
        #expect(try SignedLines.text(of: body) == text)
    }

    @Test(
        "keys that vanish or are integers do as in PHP's arrays",
        arguments: [
            (#"{"0":{"payment":{"id":1}}}"#, "payment:id:1"),
            (#"{"":{"payment":{"id":1}}}"#, "payment:id:1"),
            // A merge numbers integer keys again, and the line keeps the path it was made with.
            (#"{"5":"x","a":{},"0":"y"}"#, "0:y"),
            (#"{"7":"x","3":"y","a":{"b":1}}"#, "7:x;3:y;a:b:1"),
            (#"{"7":"x","3":"y","a":1}"#, "3:y;7:x;a:1"),
            (#"{"":["x","y"],"0":"z"}"#, "0:z;1:y"),
            // Of two equal paths the later one is signed, in the place of the first.
            (#"{"":{"a":1},"a":2}"#, "a:2"),
            (#"{"a":{"":{"b":1}},"a:b":2}"#, "a::b:2"),
            (#"{"01":"x","-0":"y"}"#, "-0:y;01:x"),
        ])
    func merging(body: String, text: String) throws {
        #expect(try SignedLines.text(of: body) == text)
    }

    @Test(
        "each rule differs from the natural one in its corner alone",
        arguments: [
            (SignatureRule.natural, "a::b:1;n:2:1;n:10:1;x:1"),
            (.unescaped, "a:b:1;n:2:1;n:10:1;x:1"),
            (.byteOrder, "a::b:1;n:10:1;n:2:1;x:1"),
            (.literalNumbers, "a::b:1;n:2:1;n:10:1;x:1.0"),
        ])
    func rules(rule: SignatureRule, text: String) throws {
        #expect(try SignedLines.text(of: #"{"x":1.0,"a:b":1,"n":{"10":1,"2":1}}"#, rule) == text)
    }

    @Test("the order of a body is its own, whatever was sorted before it")
    func orders() throws {
        var random = SeededGenerator(seed: 7)
        var reused = (tree: JSONTree(), lines: SignedLines())
        // Alike for sixteen bytes and more, equal but for digits, white space and ends.
        let stems = ["operation_sum_initial", "operation_sum_converted", "a", "ab", "payment", "Payment"]
        let keys = stems.flatMap { stem in ["", "1", "01", "10", " 2", "_b", "-b"].map { stem + $0 } }
        for round in 0..<600 {
            var chosen = keys.shuffled(using: &random).prefix(3 + round / 3 % 20)
            if round % 3 == 0 { chosen.sort() }
            let body = "{" + chosen.map { #""\#($0)":{"x":\#(round)}"# }.joined(separator: ",") + "}"
            let other = "{" + chosen.reversed().map { #""\#($0)":{"x":0}"# }.joined(separator: ",") + "}"
            // The second time in the order that is remembered, and the third after another of the same
            // length.
            for body in [body, body, other, body] {
                try reused.tree.parse(body)
                var text: [UInt8] = []
                reused.lines.flatten(reused.tree, rule: .natural)
                reused.lines.sort(by: .natural)
                reused.lines.appendJoined(to: &text)
                #expect(try String(decoding: text, as: UTF8.self) == SignedLines.text(of: body))
            }
        }
    }

    @Test("the text of a line is between its path and its value")
    func lineText() throws {
        var tree = JSONTree()
        try tree.parse(#"{"a":{"b":"c"},"d":5}"#)
        var lines = SignedLines()
        lines.flatten(tree, rule: .natural)
        let texts = lines.lines.map { line in
            [line.path.range, line.value.range, line.path.range.lowerBound..<line.value.range.upperBound]
                .map { String(decoding: lines.bytes[$0], as: UTF8.self) }
        }
        #expect(texts == [["a:b", "c", "a:b:c"], ["d", "5", "d:5"]])
    }

    @Test("a body that cannot be read leaves no lines")
    func noLines() throws {
        var tree = JSONTree()
        var lines = SignedLines()
        try tree.parse(#"{"a":1}"#)
        lines.flatten(tree, rule: .natural)
        #expect(throws: JSONError.self) { try tree.parse("[") }
        lines.flatten(tree, rule: .natural)
        #expect(lines.lines.isEmpty)
    }
}

extension SignedLines {
    /// The text to be signed of a body, sorted.
    static func text(of body: String, _ rule: SignatureRule = .natural) throws(JSONError) -> String {
        var tree = JSONTree()
        try tree.parse(body)
        var lines = SignedLines()
        lines.flatten(tree, rule: rule)
        lines.sort(by: rule)
        var text: [UInt8] = []
        lines.appendJoined(to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
