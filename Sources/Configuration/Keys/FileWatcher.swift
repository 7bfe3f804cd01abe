// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization
import System

/// Notices that one of a few files was replaced or edited, or is asked to read them again.
///
/// Looks with `stat(2)` at an interval, which sees a rename, an edit and the swapped symbolic link of a
/// mounted secret alike. A change is acted on only once two looks in a row saw the same, so that files that
/// are still being written are left alone. Owns one thread from ``start()`` to ``stop()``.
public final class FileWatcher: Sendable {
    private struct State {
        var seen: [FileStamp]
        /// What the last look saw, if that was a change that has not been acted on.
        var pending: [FileStamp]?
        var isStopped = false
        var isAsked = false
        /// The last reading failed. It is tried again at each look: of a certificate and its key one may be
        /// new before the other.
        var hasFailed = false
    }

    private let name: String
    private let files: @Sendable () -> [String]
    private let interval: Duration
    private let read: @Sendable () -> Bool
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)

    /// For files of which the set may be another after each reading.
    ///
    /// - Parameter name: of its thread.
    init(
        _ name: String, _ files: @escaping @Sendable () -> [String], every interval: Duration,
        read: @escaping @Sendable () -> Bool
    ) {
        self.name = name
        self.files = files
        self.interval = interval
        self.read = read
        state = Mutex(State(seen: files().map(FileStamp.init(of:))))
    }

    /// - Parameters:
    ///   - files: what was read before.
    ///   - interval: between two looks.
    ///   - read: reads the files, on the watcher's thread; false where they cannot be used.
    public convenience init(
        _ files: [String], every interval: Duration, read: @escaping @Sendable () -> Bool
    ) {
        self.init("files", { files }, every: interval, read: read)
    }

    /// Begins to look; call it once.
    public func start() {
        let nanoseconds = Int(interval / .nanoseconds(1))
        // A separate thread: reading a file may block.
        OSThread(name: name) { [self] in
            while !state.withLock({ $0.isStopped }) {
                _ = wake.wait(timeout: .now() + .nanoseconds(nanoseconds))
                look()
            }
        }.detach()
    }

    /// Reads the files again whether they changed or not, soon, on the watcher's thread.
    public func readAgain() {
        state.withLock { $0.isAsked = true }
        wake.signal()
    }

    /// Ends the thread, soon.
    public func stop() {
        state.withLock { $0.isStopped = true }
        wake.signal()
    }

    private func look() {
        let names = files()
        let stamps = names.map(FileStamp.init(of:))
        let isDue = state.withLock { state in
            if state.isStopped { return false }
            defer {
                state.pending = stamps == state.seen ? nil : stamps
                state.isAsked = false
            }
            return state.isAsked || (stamps == state.seen ? state.hasFailed : stamps == state.pending)
        }
        guard isDue else { return }
        let isUsed = read()
        // Stamped before they were read: what changed meanwhile is seen at the next look.
        let newNames = files()
        let seen = newNames == names ? stamps : newNames.map(FileStamp.init(of:))
        state.withLock { state in
            state.seen = seen
            state.pending = nil
            state.hasFailed = !isUsed
        }
    }
}
