// SPDX-License-Identifier: Apache-2.0
import Configuration
import Foundation
import Synchronization
import Telemetry
import Testing

@Suite("Keys watcher")
struct KeysWatcherTests {
    private static func yaml(_ secret: String) -> String {
        "projects: {1: {keys: [{id: a, secret_file: \(secret)}]}}"
    }

    /// Runs a watcher on a folder with one key, and gives what it has reported the secrets so far.
    private func withWatcher(
        every interval: Duration, _ body: (URL, KeysWatcher, MetricsRegistry, () -> [String]) throws -> Void
    ) throws {
        try withFolder(["keys.yaml": Self.yaml("s1"), "s1": "one"]) { folder in
            let file = folder.appending(path: "keys.yaml").path
            let metrics = MetricsRegistry()
            let used = Used()
            let watcher = KeysWatcher(
                watching: try KeysFile.read(file, environment: [:]), at: file, environment: [:],
                every: interval,
                log: .silent, metrics: metrics, use: { used.append($0) })
            watcher.start()
            defer { watcher.stop() }
            try body(folder, watcher, metrics, { used.secrets })
        }
    }

    @Test("a replaced keys file, and a secret that changed automatically, are taken over")
    func changes() throws {
        try withWatcher(every: .milliseconds(5)) { folder, _, _, secrets in
            try Data("two, longer".utf8).write(to: folder.appending(path: "s2"))
            try Data(Self.yaml("s2").utf8).write(to: folder.appending(path: "keys.yaml"), options: .atomic)
            try eventually { secrets().last == "two, longer" }
            try Data("three".utf8).write(to: folder.appending(path: "s2"), options: .atomic)
            try eventually { secrets().last == "three" }
        }
    }

    @Test("a broken file keeps the old keys and raises the alarm until it is mended")
    func broken() throws {
        try withWatcher(every: .milliseconds(5)) { folder, _, metrics, secrets in
            let broken = {
                String(decoding: metrics.text(), as: UTF8.self).contains("\ntidings_keys_file_broken 1\n")
            }
            // The keys file is well-formed and names a secret that comes later: mending touches another file.
            try Data(Self.yaml("late").utf8).write(to: folder.appending(path: "keys.yaml"), options: .atomic)
            try eventually { broken() }
            #expect(secrets().isEmpty)
            try Data("two".utf8).write(to: folder.appending(path: "late"), options: .atomic)
            try eventually { !broken() }
            #expect(secrets() == ["two"])
        }
    }

    @Test("the end of a retiring key is a metric, and goes with the key")
    func expiry() throws {
        let series = "tidings_key_not_after_timestamp_seconds{project=\"1\",key=\"old\"}"
        try withWatcher(every: .milliseconds(5)) { folder, _, metrics, _ in
            let text = { String(decoding: metrics.text(), as: UTF8.self) }
            #expect(!text().contains(series))
            let keys = """
                projects: {1: {keys: [{id: a, secret_file: s1},
                  {id: old, secret_file: s2, mode: retiring, until: 2099-01-01T00:00:00Z}]}}
                """
            try Data("older".utf8).write(to: folder.appending(path: "s2"))
            try Data(keys.utf8).write(to: folder.appending(path: "keys.yaml"), options: .atomic)
            try eventually { text().contains("\(series) 4070908800\n") }
            try Data(Self.yaml("s1").utf8).write(to: folder.appending(path: "keys.yaml"), options: .atomic)
            try eventually { !text().contains(series) }
            // The help stays, so that a dashboard finds the name.
            #expect(text().contains("# TYPE tidings_key_not_after_timestamp_seconds gauge"))
        }
    }

    @Test("asked to, it reads immediately")
    func asked() throws {
        try withWatcher(every: .seconds(3600)) { _, watcher, _, secrets in
            watcher.readAgain()
            try eventually { secrets() == ["one"] }
        }
    }

    private final class Used: Sendable {
        private let all = Mutex<[String]>([])

        var secrets: [String] { all.withLock { $0 } }

        func append(_ projects: [ProjectKeys]) {
            let secret = String(decoding: projects[0].keys[0].secret.bytes, as: UTF8.self)
            all.withLock { $0.append(secret) }
        }
    }

    private func eventually(_ condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "the condition did not come true in time")
            usleep(2000)
        }
    }
}
