// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import StateStore
import TestSupport
import Testing

/// Writes a file again, until the file system's clock has ticked since it was last written: a store's seal
/// cannot report a change that comes within the same tick.
func damage(_ file: URL, with bytes: Data) throws {
    let before = times(of: file)
    try eventually("the file's times do not move") {
        try bytes.write(to: file)
        return times(of: file) != before
    }
}

private func times(of file: URL) -> [Int] {
    var status = stat()
    guard stat(file.path, &status) == 0 else { return [] }
    return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
}

@Suite("LMDBStore: its seal")
struct SealTests {
    private func fill(_ directory: String) throws {
        var store = try LMDBStore.open(identity(), in: directory)
        var changes = ChangeSet()
        for number in 0..<1000 { changes.put("key\(number)", "value\(number)") }
        try store.apply(&changes, position: 7)
    }

    private func seal(_ directory: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: directory + "/3/seal"))
    }

    /// Opens the store, which is whole, and reports whether that took an inspection.
    private func isInspected(_ directory: String) throws -> Bool {
        var store = try LMDBStore.open(identity(), in: directory)
        let (isInspected, output) = (store.isInspected, store.output)
        #expect(output == .open(position: 7))
        #expect(try store.value("key999") == "value999")
        return isInspected
    }

    @Test("a store that was closed in order is opened without looking at every page, again and again")
    func closed() throws {
        try withDirectory { directory in
            try fill(directory)
            for _ in 0..<3 { #expect(try !isInspected(directory)) }
        }
    }

    @Test("the seal is set from the first apply on, and broken from the opening to it")
    func life() throws {
        try withDirectory { directory in
            try fill(directory)
            do {
                var store = try LMDBStore.open(identity(), in: directory)
                #expect(try seal(directory).isEmpty)
                #expect(try store.value("key1") == "value1")
                #expect(try seal(directory).isEmpty)
                try store.set(["key1": "again"], position: 7)
                let first = try seal(directory)
                #expect(!first.isEmpty)
                // Longer than a tick of the file system's clock, so that each seal is separate one.
                try eventually("the seal does not follow") {
                    try store.set(["key1": "value1", "more": "x"], position: 7)
                    try store.flush()
                    return try seal(directory) != first
                }
                let last = try seal(directory)
                #expect(!last.isEmpty)
                #expect(try store.value("key1") == "value1")
                // What a kill would leave here is what an orderly end leaves.
                _ = consume store
                #expect(try seal(directory) == last)
            }
            #expect(try !isInspected(directory))
        }
    }

    @Test("a store at rest is sealed without a change")
    func rest() throws {
        try withDirectory { directory in
            try fill(directory)
            var store = try LMDBStore.open(identity(), in: directory)
            #expect(try store.value("key1") == "value1")
            #expect(try seal(directory).isEmpty)
            try store.flush()
            #expect(try !seal(directory).isEmpty)
        }
    }

    @Test("a process that died on the store before its first apply leaves one that is inspected")
    func died() throws {
        try withDirectory { directory in
            try fill(directory)
            try Data().write(to: URL(fileURLWithPath: directory + "/3/seal"))
            #expect(try isInspected(directory))
            #expect(try !isInspected(directory))
        }
    }

    @Test("a file that another wrote to, even the same bytes and with its old date, is inspected")
    func touched() throws {
        try withDirectory { directory in
            try fill(directory)
            let file = URL(fileURLWithPath: directory + "/3/data.mdb")
            let date = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate]
            try damage(file, with: Data(contentsOf: file))
            try FileManager.default.setAttributes([.modificationDate: date as Any], ofItemAtPath: file.path)
            #expect(try isInspected(directory))
        }
    }

    @Test("a copy in the file's place is inspected")
    func copied() throws {
        try withDirectory { directory in
            try fill(directory)
            let path = directory + "/3/data.mdb"
            try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: path + ".copy", toPath: path)
            #expect(try isInspected(directory))
        }
    }

    @Test("a seal with a byte changed, short or long, is none")
    func garbled() throws {
        try withDirectory { directory in
            try fill(directory)
            let file = URL(fileURLWithPath: directory + "/3/seal")
            for index in 0..<(try seal(directory).count) {
                var bytes = try seal(directory)
                bytes[index] ^= 1
                try bytes.write(to: file)
                #expect(try isInspected(directory), "byte \(index)")
            }
            try seal(directory).dropLast().write(to: file)
            #expect(try isInspected(directory))
        }
    }

    @Test("a store that was wiped is sealed again")
    func wiped() throws {
        try withDirectory { directory in
            try fill(directory)
            do {
                var store = try LMDBStore.open(identity(), in: directory)
                try store.wipe()
                var changes = ChangeSet()
                changes.put("key999", "value999")
                try store.apply(&changes, position: 7)
            }
            #expect(try !isInspected(directory))
        }
    }
}
