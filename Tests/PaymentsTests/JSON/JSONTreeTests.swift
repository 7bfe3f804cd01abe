// SPDX-License-Identifier: Apache-2.0
import Payments
import TestSupport
import Testing

@Suite("JSON tree")
struct JSONTreeTests {
    @Test("keeps kinds, keys, values and order")
    func structure() throws {
        var tree = JSONTree()
        try tree.parse(#" {"a":[1,"x\n"], "b" : null,"c":{},"d":true } "#)
        #expect(tree.nodes.map(\.kind) == [.object, .array, .number, .string, .null, .object, .true])
        #expect(tree.nodes.map(\.next) == [7, 4, 3, 4, 5, 6, 7])
        #expect(tree.children(of: 0).map { tree.string(tree.nodes[$0].key) } == ["a", "b", "c", "d"])
        #expect(tree.children(of: 1).map { tree.string(tree.nodes[$0].value) } == ["1", "x\n"])
        #expect(tree.member("d", of: 0) == 6)
        #expect(tree.member("e", of: 0) == nil)
    }

    @Test("what a tree is written as reads back as an equal tree")
    func roundTrip() throws {
        var tree = JSONTree()
        var again = JSONTree()
        for body in try Self.bodies() {
            try tree.parse(body.span.bytes)
            var written: [UInt8] = []
            tree.serialise(into: &written)
            try again.parse(written.span.bytes)
            #expect(tree == again)
            var second: [UInt8] = []
            again.serialise(into: &second)
            #expect(second == written)
        }
    }

    @Test("a tree is written without white space, and with no escape that JSON does not demand")
    func serialisation() throws {
        var tree = JSONTree()
        try tree.parse(
            #" { "a\/\u0062\u001f\u00e9\"" : [ 1.50 , [ ] , { } , -0 ] , "" : { "t" : true } , "n" : null } "#
        )
        var written: [UInt8] = []
        tree.serialise(into: &written)
        let expected = #"{"a/b\u001fé\"":[1.50,[],{},-0],"":{"t":true},"n":null}"#
        #expect(String(decoding: written, as: UTF8.self) == expected)
    }

    @Test("trees are equal when they report the same, however they are spelt")
    func equality() throws {
        func tree(_ body: String) throws -> JSONTree {
            var tree = JSONTree()
            try tree.parse(body)
            return tree
        }
        #expect(try tree(#"{"a":["b"]}"#) == tree(#" {"\u0061" : [ "\u0062" ] } "#))
        for other in [
            #"{"b":["b"]}"#, #"{"a":["a"]}"#, #"{"a":[["b"]]}"#, #"{"a":["b"],"c":1}"#, #"{"a":{"b":"b"}}"#,
            #"{"a":["b",1]}"#, #"{"a":[1]}"#, #"{"a":[null]}"#,
        ] {
            #expect(try tree(#"{"a":["b"]}"#) != tree(other))
        }
    }

    @Test("a body leaves nothing behind for the next one")
    func reuse() throws {
        var tree = JSONTree()
        for body in try Self.bodies() {
            var fresh = JSONTree()
            try fresh.parse(body.span.bytes)
            _ = try? tree.parse(Array(body.dropLast()).span.bytes)
            try tree.parse(body.span.bytes)
            #expect(tree == fresh)
        }
    }

    /// Every body of the test data that can be read.
    static func bodies() throws -> [[UInt8]] {
        let suite = "json-test-suite/test_parsing"
        let files = try TestData.names(suite).map { try TestData.bytes("\(suite)/\($0)") }
        let bodies =
            files + files.map(JSONTestSuiteTests.wrapped)
            + GoldenVector.all.compactMap { $0.body.map { Array($0.utf8) } }
        let readable = bodies.filter { JSONTestSuiteTests.reason($0) == nil }
        #expect(readable.count > 130)
        return readable
    }
}

extension JSONTree {
    mutating func parse(_ body: String) throws(JSONError) {
        try parse(Array(body.utf8).span.bytes)
    }
}
