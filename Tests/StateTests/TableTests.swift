import Foundation
import State
import Testing

/// A directory of its own for each test, removed at the end.
func withDirectory(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
        "tidings-state-\(UUID().uuidString)"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

func identity(
    cluster: String = "cluster", topic: String = "changelog", partition: Int32 = 3, partitionCount: Int32 = 6,
    encoding: Int = 1, boot: String = "boot"
) -> TableIdentity {
    TableIdentity(
        cluster: cluster, topic: topic, partition: partition, partitionCount: partitionCount,
        encoding: encoding,
        boot: boot)
}

@Suite("Table")
struct TableTests {
    private func expect(_ table: borrowing some Table & ~Copyable, position: Int64?, count: Int) throws {
        let found = (table.position, table.count)
        #expect(found == (position, count))
    }

    /// The same behaviour of the table on disk and of the one in memory.
    private func check(_ table: inout some Table & ~Copyable) throws {
        try expect(table, position: nil, count: 0)
        #expect(try table.value("a") == nil)
        try table.set(["a": "1", "b": "2", "c": ""], position: 10)
        #expect(try table.value("a") == "1")
        #expect(try table.value("c") == "")
        try table.set(["b": nil, "a": "one", "never": nil], position: 12)
        try expect(table, position: 12, count: 2)
        #expect(try table.value("b") == nil)
        #expect(try table.everything(step: 1) == ["a": "one", "c": ""])
        try table.wipe()
        try expect(table, position: nil, count: 0)
        #expect(try table.value("a") == nil)
        #expect(try table.everything() == [:])
        try table.set(["z": "9"], position: 0)
        #expect(try table.everything() == ["z": "9"])
    }

    @Test("a table on disk keeps values, removes keys, is swept and wiped")
    func durable() throws {
        try withDirectory { directory in
            var table = try DurableTable.open(identity(), in: directory)
            let verdict = table.verdict
            #expect(verdict == .rebuild(.missing))
            try check(&table)
        }
    }

    @Test("a table in memory keeps values, removes keys, is swept and wiped")
    func memory() throws {
        var table = MemoryTable()
        try check(&table)
    }

    @Test("a sweep in small steps meets every key once a round while keys come and go")
    func sweep() throws {
        try withDirectory { directory in
            var table = try DurableTable.open(identity(), in: directory)
            var expected: [String: String] = [:]
            var changes = ChangeSet()
            for number in 0..<500 {
                expected["key\(number)"] = "value\(number)"
                changes.put("key\(number)", "value\(number)")
            }
            try table.apply(&changes, position: 1)
            #expect(try table.everything(step: 3) == expected)
            #expect(try table.sweep(limit: 5) { _, _ in } == false)
            try table.set(["key0": nil, "key1": nil, "key100": nil, "key101": nil], position: 2)
            while try table.sweep(limit: 5, { _, _ in }) == false {}
            for key in ["key0", "key1", "key100", "key101"] { expected[key] = nil }
            #expect(try table.everything(step: 100) == expected)
        }
    }

    @Test("the table grows by itself, in one transaction and over many, and values may be larger than a page")
    func growth() throws {
        try withDirectory { directory in
            var table = try DurableTable.open(identity(), in: directory)
            let large = String(repeating: "x", count: 100_000)
            var changes = ChangeSet()
            for number in 0..<200 { changes.put("large\(number)", large + "\(number)") }
            try table.apply(&changes, position: 5)
            for round in 0..<20 {
                changes.removeAll()
                for number in 0..<2000 {
                    changes.put("small\(round)-\(number)", String(repeating: "y", count: 200))
                }
                try table.apply(&changes, position: Int64(6 + round))
            }
            let count = table.count
            #expect(count == 40_200)
            #expect(try table.value("large199") == large + "199")
            #expect(try table.value("small19-1999") == String(repeating: "y", count: 200))
        }
    }
}

@Suite("DurableTable: opening what is on disk")
struct TableOpeningTests {
    /// A table of 3,000 keys at position 77, closed.
    private func fill(_ directory: String, _ identity: TableIdentity = identity()) throws {
        var table = try DurableTable.open(identity, in: directory)
        var changes = ChangeSet()
        for number in 0..<3000 { changes.put("key\(number)", "value\(number)") }
        changes.put("large", String(repeating: "z", count: 20_000))
        try table.apply(&changes, position: 70)
        // Freed pages, so that there is a free list to damage.
        for position in 71...77 { try table.set(["key\(position)": "again"], position: Int64(position)) }
    }

    private func verdict(
        _ directory: String, _ identity: TableIdentity = identity(), logStart: Int64 = 0
    ) throws -> TableVerdict {
        var table = try DurableTable.open(identity, in: directory, logStart: logStart)
        let (verdict, count) = (table.verdict, table.count)
        if case .rebuild = verdict {
            #expect(count == 0)
            #expect(try table.value("key1") == nil)
            try table.set(["after": "wards"], position: 1)
            #expect(try table.value("after") == "wards")
        } else {
            #expect(count == 3001)
            #expect(try table.value("key75") == "again")
        }
        return verdict
    }

    @Test("what was applied is there again, with its position")
    func again() throws {
        try withDirectory { directory in
            try fill(directory)
            #expect(try verdict(directory) == .open(position: 77))
            #expect(try verdict(directory) == .open(position: 77))
        }
    }

    @Test(
        "a table of another cluster, topic, partition count, encoding or boot is rebuilt",
        arguments: [
            (identity(cluster: "other"), RebuildReason.foreign("cluster cluster")),
            (identity(topic: "other"), .foreign("topic changelog")),
            (identity(partitionCount: 12), .foreign("6 partitions")),
            (identity(encoding: 2), .otherFormat),
            (identity(boot: "other"), .otherBoot),
        ])
    func foreign(other: TableIdentity, reason: RebuildReason) throws {
        try withDirectory { directory in
            try fill(directory)
            #expect(try verdict(directory, other) == .rebuild(reason))
            #expect(try verdict(directory, identity()) != .open(position: 77))
        }
    }

    @Test("a table moved into another partition's place is rebuilt")
    func moved() throws {
        try withDirectory { directory in
            try fill(directory)
            try FileManager.default.moveItem(atPath: directory + "/3", toPath: directory + "/4")
            #expect(try verdict(directory, identity(partition: 4)) == .rebuild(.foreign("partition 3")))
        }
    }

    @Test("a table that ends below the log's beginning is rebuilt, one that ends at it is not")
    func belowLog() throws {
        try withDirectory { directory in
            try fill(directory)
            #expect(try verdict(directory, logStart: 77) == .open(position: 77))
            #expect(try verdict(directory, logStart: 78) == .rebuild(.belowLog))
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
            #expect(try verdict(directory) == .rebuild(.damaged("its marker cannot be read")))
            try FileManager.default.removeItem(atPath: marker)
            #expect(try verdict(directory) == .rebuild(.missing))
            try Data().write(to: URL(fileURLWithPath: marker))
            #expect(try verdict(directory) == .rebuild(.damaged("its marker cannot be read")))
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
                if let text { try text.write(to: data) } else { try FileManager.default.removeItem(at: data) }
                guard case .rebuild = try verdict(directory) else {
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
                try bytes.write(to: data)
                if try isRebuilt(directory) { rebuilt += 1 }
                try? FileManager.default.removeItem(atPath: directory)
                try fill(directory)
            }
            #expect(rebuilt > 0)
        }
    }

    /// Whether the table is rebuilt at opening or at the first value that is not what was written; every value
    /// that is told is the right one.
    private func isRebuilt(_ directory: String) throws -> Bool {
        var table = try DurableTable.open(identity(), in: directory)
        guard case .open = table.verdict else { return true }
        do throws(StateError) {
            var value: [UInt8] = []
            for number in 0..<3000 {
                let key = Array("key\(number)".utf8)
                guard try table.lookUp(key.span.bytes, into: &value) else { return true }
                let expected = (71...77).contains(number) ? "again" : "value\(number)"
                #expect(String(decoding: value, as: UTF8.self) == expected)
            }
        } catch {
            guard case .damaged = error else { throw error }
            return true
        }
        return false
    }

    @Test("a table that another thread or process holds is not opened")
    func held() throws {
        try withDirectory { directory in
            var first = try DurableTable.open(identity(), in: directory)
            #expect(throws: StateError.inUse(path: directory + "/3/lock")) {
                _ = try DurableTable.open(identity(), in: directory)
            }
            try first.set(["a": "1"], position: 1)
        }
        try withDirectory { directory in
            try fill(directory)
            #expect(try verdict(directory) == .open(position: 77))
        }
    }

    @Test("partition counts are told from the markers, of this cluster and topic only")
    func counts() throws {
        try withDirectory { directory in
            _ = try DurableTable.open(identity(partition: 0, partitionCount: 6), in: directory)
            _ = try DurableTable.open(identity(partition: 1, partitionCount: 8), in: directory)
            _ = try DurableTable.open(
                identity(cluster: "other", partition: 2, partitionCount: 9), in: directory)
            let counts = DurableTable.partitionCounts(in: directory, cluster: "cluster", topic: "changelog")
            #expect(counts == [6, 8])
            #expect(DurableTable.partitionCounts(in: directory + "/none", cluster: "c", topic: "t") == [])
        }
    }

    @Test("a directory that cannot be made is a clear error")
    func unusable() throws {
        try withDirectory { directory in
            try Data().write(to: URL(fileURLWithPath: directory))
            #expect(throws: StateError.unusable(path: directory + "/state", code: 20)) {
                try DurableTable.prepare(directory + "/state")
            }
        }
    }
}
