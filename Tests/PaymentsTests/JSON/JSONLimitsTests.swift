// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("JSON limits")
struct JSONLimitsTests {
    @Test("depth counts the root and ends at the limit")
    func depth() throws {
        var tree = JSONTree()
        try tree.parse(Self.nested(31, "[", "]"))
        try tree.parse(Self.nested(31, #"{"a":"#, "}"))
        #expect(throws: JSONError(.tooDeep, at: 5 + 31)) { try tree.parse(Self.nested(32, "[", "]")) }
        var shallow = JSONTree(limits: JSONLimits(depth: 1))
        try shallow.parse(#"{"a":1}"#)
        #expect(throws: JSONError(.tooDeep, at: 5)) { try shallow.parse(#"{"a":{}}"#) }
    }

    @Test("members of objects and elements of arrays are counted together")
    func members() throws {
        var tree = JSONTree()
        try tree.parse(Self.array(1_999))
        #expect(throws: JSONError(.tooManyMembers, at: 6 + 2 * 1_999)) { try tree.parse(Self.array(2_000)) }
        try tree.parse(JSONScannerTests.object((0..<2_000).map { "k\($0)" }))
        #expect(throws: JSONError.self) {
            try tree.parse(JSONScannerTests.object((0..<2_001).map { "k\($0)" }))
        }
    }

    @Test("a number ends at the limit, and costs nothing but its text")
    func numbers() throws {
        var tree = JSONTree()
        for number in [
            String(repeating: "1", count: 64), "0." + String(repeating: "3", count: 62), "1e999999999",
            "-0.1e-" + String(repeating: "9", count: 58),
        ] {
            #expect(number.count <= 64)
            try tree.parse(#"{"a":\#(number)}"#)
            #expect(tree.string(tree.nodes[1].value) == number)
        }
        #expect(throws: JSONError(.numberTooLong, at: 5)) {
            try tree.parse(#"{"a":\#(String(repeating: "1", count: 65))}"#)
        }
        #expect(throws: JSONError(.numberTooLong, at: 5)) {
            try tree.parse(#"{"a":1e\#(String(repeating: "1", count: 63))}"#)
        }
    }

    @Test("a body that asks for far more signed text than it has bytes is refused")
    func signedText() throws {
        var tree = JSONTree()
        let key = String(repeating: "k", count: 60_000)
        let elements = Array(repeating: "1", count: 1_900).joined(separator: ",")
        #expect(throws: JSONError.self) { try tree.parse(#"{"\#(key)":[\#(elements)]}"#) }
        try tree.parse(#"{"\#(key)":[1,2,3]}"#)
        var lines = SignedLines()
        lines.flatten(tree, rule: .natural)
        #expect(lines.bytes.count == 3 * (60_000 + 4))
    }

    static func nested(_ depth: Int, _ open: String, _ close: String) -> String {
        #"{"a":"# + String(repeating: open, count: depth) + (open == "[" ? "" : "1")
            + String(repeating: close, count: depth) + "}"
    }

    /// An object with an array of this many elements: one member more in all.
    static func array(_ count: Int) -> String {
        #"{"a":["# + Array(repeating: "1", count: count).joined(separator: ",") + "]}"
    }
}
