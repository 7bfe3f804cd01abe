import Payments
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
}

extension JSONTree {
    mutating func parse(_ body: String) throws(JSONError) {
        try parse(Array(body.utf8).span.bytes)
    }
}
