// SPDX-License-Identifier: Apache-2.0
import Synchronization
public import Telemetry

/// Keeps the keys of a running service those of the file: reads it again when it or a secret's file changed,
/// or when asked to. A file that is broken changes nothing: the old keys stay, and an alarm is raised.
public final class KeysWatcher: Sendable {
    private let watcher: FileWatcher

    /// - Parameters:
    ///   - keys: what was read at start; its files are those looked at.
    ///   - path: the keys file.
    ///   - environment: where `secret_env` looks.
    ///   - interval: between two looks.
    ///   - use: takes the new keys, on the watcher's thread.
    public init(
        watching keys: KeysFile, at path: String, environment: [String: String], every interval: Duration,
        log: Log, metrics: MetricsRegistry, use: @escaping @Sendable ([ProjectKeys]) -> Void
    ) {
        let telemetry = KeysTelemetry(log: log, metrics: metrics)
        telemetry.keysFirstRead(keys)
        let reading = Reading(keys.files)
        watcher = FileWatcher("keys", { reading.files }, every: interval) {
            do throws(ConfigurationError) {
                let keys = try KeysFile.read(path, environment: environment)
                use(keys.projects)
                telemetry.keysRead(keys)
                reading.succeeded(keys.files)
                return true
            } catch {
                if reading.failed(error) { telemetry.keysRefused(error) }
                return false
            }
        }
    }

    /// Begins to look; call it once.
    public func start() { watcher.start() }

    /// Reads the file again whether it changed or not, soon, on the watcher's thread.
    public func readAgain() { watcher.readAgain() }

    /// Ends the thread, soon.
    public func stop() { watcher.stop() }

    /// What the last reading came to.
    private final class Reading: Sendable {
        private let state: Mutex<(files: [String], refusal: ConfigurationError?)>

        init(_ files: [String]) { state = Mutex((files, nil)) }

        var files: [String] { state.withLock { $0.files } }

        func succeeded(_ files: [String]) { state.withLock { $0 = (files, nil) } }

        /// Whether the refusal is another than that of the reading before.
        func failed(_ refusal: ConfigurationError) -> Bool {
            state.withLock { state in
                defer { state.refusal = refusal }
                return state.refusal != refusal
            }
        }
    }
}
