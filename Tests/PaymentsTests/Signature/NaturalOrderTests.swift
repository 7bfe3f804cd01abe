// SPDX-License-Identifier: Apache-2.0
import Payments
import Testing

@Suite("Natural order")
struct NaturalOrderTests {
    @Test(
        "compares as PHP does",
        arguments: [
            ("", "", 0), ("", "a", -1), ("a", "a", 0), ("a", "b", -1), ("a", "A", 1), ("a:2", "a:10", -1),
            ("a10", "a9", 1), ("a01", "a1", -1), ("a010", "a09", -1), ("a09", "a1", -1), ("a0", "a00", -1),
            ("01", "1", 0), ("001", "01", 0), ("0", "00", 0), ("02", "1", 1), ("0a", "a", -1),
            ("a b", "ab", 0), ("a  1", "a 1", 0), (" a", "a", 0), ("1 2", "1 10", -1), ("1 a", "1a", -1),
            ("a ", "a", 1), ("a ", "a\0", 0), ("a\u{0B}b", "ab", 0), ("payment", "payment:id", -1),
            ("a1", "a1b", -1), ("a1", "a12", -1), ("a1:b", "a1", 1), ("_", "a", -1), ("é", "z", 1),
            ("a1b2", "a1b10", -1), ("1.5", "1.10", -1), ("1.05", "1.5", -1), ("\t", "", 1),
        ])
    func examples(left: String, right: String, expected: Int) {
        #expect(Self.order(left, right).signum() == expected)
        #expect(Self.order(right, left).signum() == -expected)
    }

    @Test("is an order: no three strings contradict one another")
    func consistency() {
        let strings = Self.strings(of: "01a \0", longest: 3)
        let ranks = Dictionary(
            uniqueKeysWithValues: strings.map { one in
                (one, strings.count { Self.order($0, one) < 0 })
            })
        for one in strings {
            for other in strings {
                let order = Self.order(one, other).signum()
                #expect(
                    order == (ranks[one, default: 0] - ranks[other, default: 0]).signum(), "\(one) \(other)")
            }
        }
    }

    @Test("lines are sorted in this order, and equal ones stay as they were")
    func sorting() throws {
        // Of every length up to and over the eight bytes that the sorting looks at first.
        let keys = Self.strings(of: "01a \u{1}", longest: 3).filter { !$0.isEmpty }
        for prefix in ["", "k", "operati", "operation", "operation 12345"] {
            for (index, one) in keys.enumerated() {
                let others = keys[(index + 1)...].enumerated().filter { ($0.offset + index) % 9 == 0 }
                for other in others.map({ prefix + $0.element }) {
                    try Self.checkSorting([prefix + one, other])
                }
            }
        }
    }

    @Test("a large object is sorted as a small one", arguments: [9, 16, 17, 64, 100, 1_000])
    func large(count: Int) throws {
        let keys = (0..<count).map { "a\($0 * 7919 % 1009)" + ($0 % 3 == 0 ? "" : "b") }
        try Self.checkSorting(keys)
    }

    static func checkSorting(_ keys: [String]) throws {
        var tree = JSONTree()
        let members = keys.map { "\"\($0.replacing("\u{1}", with: #"\u0001"#))\":1" }
        try tree.parse("{" + members.joined(separator: ",") + "}")
        var lines = SignedLines()
        lines.flatten(tree, rule: .natural)
        lines.sort(by: .natural)
        let sorted = lines.lines.map { String(decoding: lines.bytes[$0.path.range], as: UTF8.self) }
        #expect(sorted.count == keys.count)
        let places = Dictionary(uniqueKeysWithValues: zip(keys, 0...))
        for (one, other) in zip(sorted, sorted.dropFirst()) {
            let order = order(one, other)
            #expect(order < 0 || (order == 0 && places[one, default: 0] < places[other, default: 0]))
        }
    }

    static func order(_ left: String, _ right: String) -> Int {
        NaturalOrder.order(Array(left.utf8).span, Array(right.utf8).span)
    }

    static func strings(of alphabet: String, longest: Int) -> [String] {
        var all = [""]
        var last = [""]
        for _ in 0..<longest {
            last = last.flatMap { text in alphabet.map { text + String($0) } }
            all += last
        }
        return all
    }
}
