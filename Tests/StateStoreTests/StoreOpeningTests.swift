// SPDX-License-Identifier: Apache-2.0
import Foundation
import StateStore
import Synchronization
import TestSupport
import Testing

@Suite("LMDBStore: opening what is on disk")
struct TableOpeningTests {
    /// A store of 3,000 keys at position 77, closed.
    private func fill(_ directory: String, _ identity: StoreIdentity = identity()) throws {
        var store = try LMDBStore.open(identity, in: directory)
        var changes = ChangeSet()
        for number in 0..<3000 { changes.put("key\(number)", "value\(number)") }
        changes.put("large", String(repeating: "z", count: 20_000))
        try store.apply(&changes, position: 70)
        // Freed pages, so that there is a free list to damage.
        for position in 71...77 {
            try store.set(["key\(position)": "again"], position: Int64(position))
            try store.flush()
        }
    }

    @Test("processes that start together on one directory find it writable, and leave nothing in it")
    func preparedTogether() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("state").path
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<200 {
                do {
                    try LMDBStore.prepare(path)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 }.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    }

    private func output(
        _ directory: String, _ identity: StoreIdentity = identity()
    ) throws -> StoreCondition {
        var store = try LMDBStore.open(identity, in: directory)
        let (output, count) = (store.output, try store.everything(step: 1000).count)
        if case .rebuild = output {
            #expect(count == 0)
            #expect(try store.value("key1") == nil)
            try store.set(["after": "wards"], position: 1)
            #expect(try store.value("after") == "wards")
        } else {
            #expect(count == 3001)
            #expect(try store.value("key75") == "again")
        }
        return output
    }

    @Test("what was applied is there again, with its position")
    func again() throws {
        try withDirectory { directory in
            try fill(directory)
            #expect(try output(directory) == .open(position: 77))
            #expect(try output(directory) == .open(position: 77))
        }
    }

    @Test(
        "a store of another cluster, topic, encoding or boot is rebuilt",
        arguments: [
            (identity(cluster: "other"), RebuildReason.foreign("cluster cluster")),
            (identity(topic: "other"), .foreign("topic changelog")),
            (identity(encoding: 2), .otherFormat),
            (identity(boot: "other"), .otherBoot),
        ])
    func foreign(other: StoreIdentity, reason: RebuildReason) throws {
        try withDirectory { directory in
            try fill(directory)
            #expect(try output(directory, other) == .rebuild(reason))
            #expect(try output(directory, identity()) != .open(position: 77))
        }
    }

    @Test("a store moved into another partition's place is rebuilt")
    func moved() throws {
        try withDirectory { directory in
            try fill(directory)
            try FileManager.default.moveItem(atPath: directory + "/3", toPath: directory + "/4")
            #expect(try output(directory, identity(partition: 4)) == .rebuild(.foreign("partition 3")))
        }
    }

    @Test("without a marker, with a broken one or one of another version, it is rebuilt")
    func marker() throws {
        try withDirectory { directory in
            let marker = directory + "/3/marker"
            try fill(directory)
            let text = try String(contentsOfFile: marker, encoding: .utf8)
            try text.replacingOccurrences(of: "cluster", with: "clutter").write(
                toFile: marker, atomically: false, encoding: .utf8)
            #expect(try output(directory) == .rebuild(.damaged("its marker cannot be read")))
            try FileManager.default.removeItem(atPath: marker)
            #expect(try output(directory) == .rebuild(.missing))
            try Data().write(to: URL(fileURLWithPath: marker))
            #expect(try output(directory) == .rebuild(.damaged("its marker cannot be read")))
            // Another version may compute the seal in another way, and may have other lines.
            for version in ["2", "4", "11"] {
                try "tidings-state \(version)\ncluster\nseal 0\n".write(
                    toFile: marker, atomically: false, encoding: .utf8)
                #expect(try output(directory) == .rebuild(.otherFormat))
            }
            try text.replacingOccurrences(of: "tidings-state", with: "tidings-store").write(
                toFile: marker, atomically: false, encoding: .utf8)
            #expect(try output(directory) == .rebuild(.damaged("its marker cannot be read")))
        }
    }

    @Test("a data file that is missing, empty, short or filled with anything is rebuilt, never a crash")
    func broken() throws {
        try withDirectory { directory in
            let data = URL(fileURLWithPath: directory + "/3/data.mdb")
            try fill(directory)
            let whole = try Data(contentsOf: data)
            let used = 4096 * 40
            let texts: [Data?] = [
                nil, Data(), Data([1, 2, 3]), whole.prefix(8191), whole.prefix(8192), whole.prefix(used),
                Data(repeating: 0, count: whole.count), Data(repeating: 0xFF, count: whole.count),
                Data("not a database\n".utf8), whole.dropFirst(1),
                Data(whole.prefix(8192) + Data(count: whole.count)),
            ]
            for text in texts {
                try? FileManager.default.removeItem(atPath: directory)
                try fill(directory)
                if let text {
                    try damage(data, with: text)
                } else {
                    try FileManager.default.removeItem(at: data)
                }
                guard case .rebuild = try output(directory) else {
                    Issue.record("a file of \(text?.count ?? -1) bytes was served")
                    continue
                }
            }
        }
    }

    @Test(
        "a data file with bytes changed anywhere is served whole or rebuilt, never a crash, never another value"
    )
    func changedBytes() throws {
        try withDirectory { directory in
            let data = URL(fileURLWithPath: directory + "/3/data.mdb")
            try fill(directory)
            let whole = try Data(contentsOf: data)
            let pages = whole.count / 4096
            var random = SystemRandomNumberGenerator()
            var rebuilt = 0
            for round in 0..<300 {
                var bytes = whole
                let page = round < pages ? round : Int.random(in: 0..<pages, using: &random)
                // The header of the page or the bytes within: both lead LMDB astray.
                let place = page * 4096 + (round % 2 == 0 ? Int.random(in: 0..<64) : Int.random(in: 0..<4096))
                for offset in 0..<Int.random(in: 1...8) where place + offset < bytes.count {
                    bytes[place + offset] = UInt8.random(in: 0...255, using: &random)
                }
                try damage(data, with: bytes)
                if try isRebuilt(directory) { rebuilt += 1 }
                try? FileManager.default.removeItem(atPath: directory)
                try fill(directory)
            }
            #expect(rebuilt > 0)
        }
    }

    /// Whether the store is rebuilt at opening or at the first value that is not what was written; every
    /// value that is reported is the right one.
    private func isRebuilt(_ directory: String) throws -> Bool {
        var store = try LMDBStore.open(identity(), in: directory)
        guard case .open = store.output else { return true }
        do throws(StateError) {
            var value: [UInt8] = []
            for number in 0..<3000 {
                let key = Array("key\(number)".utf8)
                guard try store.lookUp(key.span.bytes, into: &value) else { return true }
                let expected = (71...77).contains(number) ? "again" : "value\(number)"
                #expect(String(decoding: value, as: UTF8.self) == expected)
            }
        } catch {
            guard case .damaged = error else { throw error }
            return true
        }
        return false
    }

    @Test("a store that another thread or process holds is not opened")
    func held() throws {
        try withDirectory { directory in
            var first = try LMDBStore.open(identity(), in: directory)
            #expect(throws: StateError.inUse(path: directory + "/3/lock")) {
                _ = try LMDBStore.open(identity(), in: directory)
            }
            try first.set(["a": "1"], position: 1)
        }
        try withDirectory { directory in
            try fill(directory)
            #expect(try output(directory) == .open(position: 77))
        }
    }

    @Test("a store is empty but for a key until another key has a value")
    func empty() throws {
        try withDirectory { directory in
            var store = try LMDBStore.open(identity(), in: directory)
            let key = Array("kept".utf8)
            #expect(try store.isEmpty(but: key.span.bytes))
            try store.set(["kept": "1"], position: 1)
            #expect(try store.isEmpty(but: key.span.bytes))
            try store.set(["other": "1"], position: 2)
            #expect(try !store.isEmpty(but: key.span.bytes))
            try store.set(["other": nil], position: 3)
            #expect(try store.isEmpty(but: key.span.bytes))
        }
    }

    @Test("a directory that cannot be made is a clear error")
    func unusable() throws {
        try withDirectory { directory in
            try Data().write(to: URL(fileURLWithPath: directory))
            #expect(throws: StateError.unusable(path: directory + "/state", code: 20)) {
                try LMDBStore.prepare(directory + "/state")
            }
        }
    }
}
