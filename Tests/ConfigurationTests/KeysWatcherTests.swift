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
            let broken = metrics.gauge("tidings_keys_file_broken", help: "")
            // The keys file is well-formed and names a secret that comes later: mending touches another file.
            try Data(Self.yaml("late").utf8).write(to: folder.appending(path: "keys.yaml"), options: .atomic)
            try eventually { broken.value == 1 }
            #expect(secrets().isEmpty)
            try Data("two".utf8).write(to: folder.appending(path: "late"), options: .atomic)
            try eventually { broken.value == 0 }
            #expect(secrets() == ["two"])
        }
    }

    @Test("asked to, it reads at once")
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
