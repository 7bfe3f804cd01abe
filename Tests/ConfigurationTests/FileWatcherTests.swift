// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("File watcher")
struct FileWatcherTests {
    /// What a watcher's readings found, and whether they may use it.
    private final class Readings: Sendable {
        private let texts = Mutex<[String]>([])
        let areUsable = Mutex(true)
        let files: [URL]

        init(_ files: [URL]) { self.files = files }

        var all: [String] { texts.withLock { $0 } }

        func read() -> Bool {
            let text = files.map { (try? String(contentsOf: $0, encoding: .utf8)) ?? "" }.joined(
                separator: "+")
            texts.withLock { $0.append(text) }
            return areUsable.withLock { $0 }
        }
    }

    private func withWatcher(
        every interval: Duration, _ body: (URL, FileWatcher, Readings) throws -> Void
    ) throws {
        try withFolder(["one": "a", "two": "b"]) { folder in
            let readings = Readings(["one", "two"].map { folder.appending(path: $0) })
            let watcher = FileWatcher(readings.files.map(\.path), every: interval) { readings.read() }
            watcher.start()
            defer { watcher.stop() }
            try body(folder, watcher, readings)
        }
    }

    @Test("a replaced file is read once, with the others")
    func replaced() throws {
        try withWatcher(every: .milliseconds(20)) { folder, _, readings in
            try Data("new".utf8).write(to: folder.appending(path: "one"), options: .atomic)
            eventually(within: .seconds(60)) { readings.all == ["new+b"] }
            try Data("other".utf8).write(to: folder.appending(path: "two"), options: .atomic)
            eventually(within: .seconds(60)) { readings.all == ["new+b", "new+other"] }
        }
    }

    @Test("files that cannot be used are tried again although they do not change")
    func unusable() throws {
        try withWatcher(every: .milliseconds(20)) { folder, _, readings in
            readings.areUsable.withLock { $0 = false }
            try Data("new".utf8).write(to: folder.appending(path: "one"), options: .atomic)
            eventually(within: .seconds(60)) { readings.all.count > 3 }
        }
    }

    @Test("asked to, it reads files that did not change")
    func asked() throws {
        try withWatcher(every: .seconds(3600)) { _, watcher, readings in
            watcher.readAgain()
            eventually(within: .seconds(60)) { readings.all == ["a+b"] }
        }
    }
}
