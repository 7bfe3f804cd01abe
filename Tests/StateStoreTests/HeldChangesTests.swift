// SPDX-License-Identifier: Apache-2.0
import StateStore
import Testing

/// A store writes few changes only when they are many.
@Suite("LMDBStore: changes that are held")
struct HeldChangesTests {
    private func fill(_ directory: String) throws {
        var store = try LMDBStore.open(identity(), in: directory)
        var changes = ChangeSet()
        for number in 0..<4000 { changes.put("key\(number)", "old") }
        try store.apply(&changes, position: 10)
    }

    @Test("a few changes are seen immediately, and after a kill the store is whole as it was before them")
    func seen() throws {
        try withDirectory { directory in
            try fill(directory)
            do {
                var store = try LMDBStore.open(identity(), in: directory)
                try store.set(["key1": "new", "key2": nil, "fresh": "new"], position: 11)
                try store.set(["key1": "newer"], position: 12)
                let position = store.position
                #expect(position == 12)
                #expect(try store.value("key1") == "newer")
                #expect(try store.value("key2") == nil)
                #expect(try store.value("fresh") == "new")
                #expect(try store.value("key3") == "old")
            }
            var store = try LMDBStore.open(identity(), in: directory)
            let output = store.output
            #expect(output == .open(position: 10))
            #expect(try store.value("key1") == "old")
            #expect(try store.value("key2") == "old")
            #expect(try store.value("fresh") == nil)
        }
    }

    @Test(
        "once they are an eighth of the keys they are written, the newest of each, with the newest position")
    func written() throws {
        try withDirectory { directory in
            try fill(directory)
            var positions: Set<Int64> = []
            do {
                var store = try LMDBStore.open(identity(), in: directory)
                for number in 0..<500 {
                    let position = Int64(11 + number)
                    try store.set(["key\(number)": "new", "key0": "\(number)"], position: position)
                    positions.insert(position)
                }
                try store.set(["key3999": "held"], position: 600)
            }
            var store = try LMDBStore.open(identity(), in: directory)
            guard case .open(let position) = store.output else {
                Issue.record("it is rebuilt")
                return
            }
            #expect(positions.contains(position), "the position of an apply, and not of the last")
            #expect(position > 500)
            // What the position says is there, and nothing behind it.
            #expect(try store.value("key\(position - 11)") == "new")
            #expect(try store.value("key\(position - 10)") == "old")
            #expect(try store.value("key0") == "\(position - 11)")
            #expect(try store.value("key3999") == "old")
        }
    }

    @Test("a sweep meets each key once, as it was last changed, and none that was removed")
    func swept() throws {
        try withDirectory { directory in
            try fill(directory)
            var store = try LMDBStore.open(identity(), in: directory)
            #expect(try store.sweep(limit: 100) { _, _ in } == false)
            try store.set(["key3000": "new", "key3001": nil], position: 11)
            while try store.sweep(limit: 100, { _, _ in }) == false {}
            try store.set(["key3002": "newer", "key3003": nil, "zz": "fresh"], position: 12)
            let found = try store.everything(step: 100)
            #expect(found.count == 3999)
            #expect(found["key3000"] == "new")
            #expect(found["key3002"] == "newer")
            #expect(found["key3001"] == nil && found["key3003"] == nil)
            #expect(found["zz"] == "fresh")
        }
    }

    @Test("within a round a change that is held counts")
    func sweptWithin() throws {
        try withDirectory { directory in
            try fill(directory)
            var store = try LMDBStore.open(identity(), in: directory)
            var found: [String: String] = [:]
            var isDone = try store.sweep(limit: 1) { _, _ in }
            try store.set(["key3000": "new", "key3001": nil], position: 11)
            while !isDone {
                isDone = try store.sweep(limit: 100) { key, value in
                    let key = key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                    found[key] = value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                }
            }
            #expect(found.count == 3998)
            #expect(found["key3000"] == "new")
            #expect(found["key3001"] == nil)
        }
    }

    @Test("a flush writes them")
    func flushed() throws {
        try withDirectory { directory in
            try fill(directory)
            do {
                var store = try LMDBStore.open(identity(), in: directory)
                try store.set(["key1": "new"], position: 11)
                try store.flush()
                try store.flush()
            }
            var store = try LMDBStore.open(identity(), in: directory)
            let output = store.output
            #expect(output == .open(position: 11))
            #expect(try store.value("key1") == "new")
        }
    }

    @Test("a wipe forgets them")
    func wiped() throws {
        try withDirectory { directory in
            try fill(directory)
            var store = try LMDBStore.open(identity(), in: directory)
            try store.set(["key1": "new"], position: 11)
            try store.wipe()
            #expect(try store.value("key1") == nil)
            #expect(try store.everything() == [:])
        }
    }
}
