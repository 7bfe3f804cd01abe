// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization
import System
public import Telemetry

/// Keeps the keys of a running service those of the file: reads it again when it or a secret's file changed,
/// or when asked to. A file that is broken changes nothing: the old keys stay, and an alarm is raised.
///
/// Looks with `stat(2)` at an interval: that sees a rename, an edit and the swapped symbolic link of a
/// mounted secret alike. A change is read only once two looks in a row saw the same, so that a file an editor
/// is still writing is left alone. Owns one thread from ``start()`` to ``stop()``.
public final class KeysWatcher: Sendable {
    private struct State {
        var seen: [FileStamp]
        var files: [String]
        /// What the last look saw, if that was a change that has not been read yet.
        var pending: [FileStamp]?
        var isStopped = false
        var isAsked = false
        /// Why the last reading failed. It is tried again at each look, since what mends it may be a file
        /// that only the refused keys file names.
        var refusal: ConfigurationError?
    }

    private let file: String
    private let environment: [String: String]
    private let interval: Duration
    private let telemetry: KeysTelemetry
    private let use: @Sendable ([ProjectKeys]) -> Void
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)

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
        file = path
        self.environment = environment
        self.interval = interval
        telemetry = KeysTelemetry(log: log, metrics: metrics)
        telemetry.keysFirstRead(keys)
        self.use = use
        state = Mutex(State(seen: keys.files.map(FileStamp.init(of:)), files: keys.files))
    }

    /// Begins to look; call it once.
    public func start() {
        let nanoseconds = Int(interval / .nanoseconds(1))
        // A separate thread: reading a file may block.
        OSThread(name: "keys") { [self] in
            while true {
                _ = wake.wait(timeout: .now() + .nanoseconds(nanoseconds))
                guard look() else { return }
            }
        }.detach()
    }

    /// Reads the file again whether it changed or not, soon, on the watcher's thread.
    public func readAgain() {
        state.withLock { $0.isAsked = true }
        wake.signal()
    }

    /// Ends the thread, soon.
    public func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    /// One look; false when there is to be no other.
    private func look() -> Bool {
        let files = state.withLock { $0.files }
        let stamps = files.map(FileStamp.init(of:))
        let isDue = state.withLock { state in
            defer {
                state.pending = stamps == state.seen ? nil : stamps
                state.isAsked = false
            }
            if state.isAsked { return true }
            return stamps == state.seen ? state.refusal != nil : stamps == state.pending
        }
        if state.withLock({ $0.isStopped }) { return false }
        if isDue { read(stamps) }
        return true
    }

    private func read(_ stamps: [FileStamp]) {
        do throws(ConfigurationError) {
            let keys = try KeysFile.read(file, environment: environment)
            use(keys.projects)
            telemetry.keysRead(keys)
            // Stamped before it was read: what changed meanwhile is seen at the next look.
            let kept =
                keys.files == state.withLock({ $0.files }) ? stamps : keys.files.map(FileStamp.init(of:))
            state.withLock { state in
                state.files = keys.files
                state.seen = kept
                state.pending = nil
                state.refusal = nil
            }
        } catch {
            let isKnown = state.withLock { state in
                defer {
                    state.seen = stamps
                    state.refusal = error
                }
                return state.refusal == error
            }
            if !isKnown { telemetry.keysRefused(error) }
        }
    }
}
