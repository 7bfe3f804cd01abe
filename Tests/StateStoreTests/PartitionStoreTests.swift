// SPDX-License-Identifier: Apache-2.0
import Foundation
import StateStore
import Testing

/// A separate directory for each test, removed at the end.
func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
        "tidings-state-\(UUID().uuidString)"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

func identity(
    cluster: String = "cluster", topic: String = "changelog", partition: Int32 = 3,
    encoding: Int = 1, boot: String = "boot"
) -> StoreIdentity {
    StoreIdentity(
        cluster: cluster, topic: topic, partition: partition,
        encoding: encoding,
        boot: boot)
}

@Suite("Store")
struct TableTests {
    private func expect(_ store: inout some PartitionStore & ~Copyable, position: Int64?, count: Int) throws {
        let found = (store.position, try store.everything().count)
        #expect(found == (position, count))
    }

    /// The same behaviour of the store on disk and of the one in memory.
    private func check(_ store: inout some PartitionStore & ~Copyable) throws {
        try expect(&store, position: nil, count: 0)
        #expect(try store.value("a") == nil)
        try store.set(["a": "1", "b": "2", "c": ""], position: 10)
        #expect(try store.value("a") == "1")
        #expect(try store.value("c") == "")
        try store.set(["b": nil, "a": "one", "never": nil], position: 12)
        try expect(&store, position: 12, count: 2)
        #expect(try store.value("b") == nil)
        #expect(try store.everything(step: 1) == ["a": "one", "c": ""])
        try store.wipe()
        try expect(&store, position: nil, count: 0)
        #expect(try store.value("a") == nil)
        #expect(try store.everything() == [:])
        try store.set(["z": "9"], position: 0)
        #expect(try store.everything() == ["z": "9"])
    }

    @Test("a store on disk keeps values, removes keys, is swept and wiped")
    func durable() throws {
        try withDirectory { directory in
            var store = try LMDBStore.open(identity(), in: directory)
            let output = store.output
            #expect(output == .rebuild(.missing))
            try check(&store)
        }
    }

    @Test("a store in memory keeps values, removes keys, is swept and wiped")
    func memory() throws {
        var store = InMemoryStore()
        try check(&store)
    }

    @Test("a sweep in small steps meets every key once a round while keys come and go")
    func sweep() throws {
        try withDirectory { directory in
            var store = try LMDBStore.open(identity(), in: directory)
            var expected: [String: String] = [:]
            var changes = ChangeSet()
            for number in 0..<500 {
                expected["key\(number)"] = "value\(number)"
                changes.put("key\(number)", "value\(number)")
            }
            try store.apply(&changes, position: 1)
            #expect(try store.everything(step: 3) == expected)
            #expect(try store.sweep(limit: 5) { _, _ in } == false)
            try store.set(["key0": nil, "key1": nil, "key100": nil, "key101": nil], position: 2)
            while try store.sweep(limit: 5, { _, _ in }) == false {}
            for key in ["key0", "key1", "key100", "key101"] { expected[key] = nil }
            #expect(try store.everything(step: 100) == expected)
        }
    }

    @Test(
        "the store grows automatically, in one transaction and over many, and values may be larger than a page"
    )
    func growth() throws {
        try withDirectory { directory in
            var store = try LMDBStore.open(identity(), in: directory)
            let large = String(repeating: "x", count: 100_000)
            var changes = ChangeSet()
            for number in 0..<200 { changes.put("large\(number)", large + "\(number)") }
            try store.apply(&changes, position: 5)
            for round in 0..<20 {
                changes.removeAll()
                for number in 0..<2000 {
                    changes.put("small\(round)-\(number)", String(repeating: "y", count: 200))
                }
                try store.apply(&changes, position: Int64(6 + round))
            }
            let count = try store.everything(step: 1000).count
            #expect(count == 40_200)
            #expect(try store.value("large199") == large + "199")
            #expect(try store.value("small19-1999") == String(repeating: "y", count: 200))
        }
    }
}
