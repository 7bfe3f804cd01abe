// SPDX-License-Identifier: Apache-2.0
import Foundation
import StateStore
import TestSupport
import Testing

@Suite("LMDBStore: a disk that is full or may not be written", .needsSmallDisk)
struct FullDiskTests {
    /// Applies larger and larger sets until the disk is full; the last position that was taken.
    private func fillUp(_ store: inout LMDBStore) throws -> Int64 {
        var changes = ChangeSet()
        for position in Int64(1)...1000 {
            changes.removeAll()
            for number in 0..<2000 {
                changes.put("key\(position)-\(number)", String(repeating: "v", count: 200))
            }
            changes.put("last", "\(position)")
            do throws(StateError) {
                try store.apply(&changes, position: position)
            } catch {
                guard case .full = error else { throw error }
                #expect(error.description.hasPrefix("no space left for the state under"))
                return position - 1
            }
        }
        Issue.record("the disk is never full")
        return 0
    }

    private func expectWhole(_ store: inout LMDBStore, at position: Int64) throws {
        let found = store.position
        #expect(found == position)
        #expect(try store.value("last") == "\(position)")
        #expect(try store.value("key\(position)-1999")?.utf8.count == 200)
        #expect(try store.value("key\(position + 1)-0") == nil)
    }

    @Test("a store for whose growth there is no room says so, keeps what it has, and grows once there is")
    func growth() throws {
        let disk = try SmallDisk(megabytes: 12)
        var store = try LMDBStore.open(identity(), in: disk.url.path)
        let position = try fillUp(&store)
        #expect(position > 0)
        try expectWhole(&store, at: position)
        // The same again and again, as a worker does that is built again until there is room.
        #expect(try fillUpOnce(&store, at: position + 1) == false)
        try expectWhole(&store, at: position)
        try disk.resize(megabytes: 64)
        #expect(try fillUpOnce(&store, at: position + 1))
        let found = store.position
        #expect(found == position + 1)
        #expect(try store.value("last") == "\(position + 1)")
    }

    /// Whether the disk took it.
    private func fillUpOnce(_ store: inout LMDBStore, at position: Int64) throws -> Bool {
        var changes = ChangeSet()
        for number in 0..<2000 {
            changes.put("key\(position)-\(number)", String(repeating: "v", count: 200))
        }
        changes.put("last", "\(position)")
        do throws(StateError) {
            try store.apply(&changes, position: position)
            return true
        } catch {
            guard case .full = error else { throw error }
            return false
        }
    }

    @Test("a store that filled the disk is opened again as it was")
    func reopened() throws {
        let disk = try SmallDisk(megabytes: 12)
        var position: Int64 = 0
        do {
            var store = try LMDBStore.open(identity(), in: disk.url.path)
            position = try fillUp(&store)
        }
        var store = try LMDBStore.open(identity(), in: disk.url.path)
        let output = store.output
        #expect(output == .open(position: position))
        try expectWhole(&store, at: position)
    }

    @Test("on a full disk a new store is refused, and one is made once there is room")
    func new() throws {
        let disk = try SmallDisk(megabytes: 2)
        let directory = disk.url.path
        #expect(throws: StateError.full(path: directory + "/3/data.mdb")) {
            _ = try LMDBStore.open(identity(), in: directory)
        }
        try disk.resize(megabytes: 16)
        var store = try LMDBStore.open(identity(), in: directory)
        let output = store.output
        #expect(output == .rebuild(.missing))
        try store.set(["a": "1"], position: 1)
        #expect(try store.value("a") == "1")
    }

    @Test("a directory that may not be written is a clear error, and the store in it is as it was afterwards")
    func readOnly() throws {
        let disk = try SmallDisk(megabytes: 16)
        let directory = disk.url.path
        do {
            var store = try LMDBStore.open(identity(), in: directory)
            try store.set(["a": "1"], position: 7)
        }
        try disk.makeReadOnly()
        #expect(throws: StateError.unusable(path: directory + "/3/lock", code: 30)) {
            _ = try LMDBStore.open(identity(), in: directory)
        }
        let refusal = #expect(throws: StateError.self) { try LMDBStore.prepare(directory) }
        guard case .unusable(let path, code: 30)? = refusal, path.hasPrefix(directory + "/writable-") else {
            Issue.record("the directory was refused for another reason: \(String(describing: refusal))")
            return
        }
        try disk.resize(megabytes: 16)
        var store = try LMDBStore.open(identity(), in: directory)
        let output = store.output
        #expect(output == .open(position: 7))
        #expect(try store.value("a") == "1")
    }
}
