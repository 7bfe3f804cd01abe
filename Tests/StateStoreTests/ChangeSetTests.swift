// SPDX-License-Identifier: Apache-2.0
import StateStore
import Testing

@Suite("ChangeSet")
struct ChangeSetTests {
    @Test("the newest change of a key counts, and a removed key is known as removed")
    func newestCounts() {
        var changes = ChangeSet()
        changes.put("a", "1")
        changes.put("b", "2")
        changes.put("a", "three")
        changes.remove("b")
        let count = changes.count
        #expect(count == 2)
        #expect(changes.value("a") == "three")
        #expect(changes.presence("b") == .removed)
        #expect(changes.presence("c") == .untouched)
    }

    @Test("thousands of keys are found again, visited once each and in byte order")
    func manyKeys() {
        var changes = ChangeSet()
        for round in 0..<3 {
            for number in 0..<5000 { changes.put("key\(number)", "value\(number)-\(round)") }
        }
        let count = changes.count
        #expect(count == 5000)
        for number in 0..<5000 { #expect(changes.value("key\(number)") == "value\(number)-2") }
        var keys: [String] = []
        changes.forEachSorted { key, _ in keys.append(String(decoding: key, as: UTF8.self)) }
        #expect(keys.count == 5000)
        #expect(keys == keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) })
    }

    @Test("an emptied set has forgotten everything, few keys or many", arguments: [3, 100, 4000])
    func removeAll(count: Int) {
        var changes = ChangeSet()
        for number in 0..<4000 { changes.put("warm\(number)", "x") }
        changes.removeAll()
        for number in 0..<count { changes.put("key\(number)", "x") }
        changes.removeAll()
        let isEmpty = changes.isEmpty && changes.byteCount == 0
        #expect(isEmpty)
        for number in 0..<count { #expect(changes.presence("key\(number)") == .untouched) }
        changes.put("key1", "again")
        #expect(changes.value("key1") == "again")
    }
}
