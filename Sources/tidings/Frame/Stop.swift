import Configuration
import Dispatch
import Glibc
import Kafka
import Synchronization
import System

/// The one orderly end of a service: a signal or a part that broke asks for it, everything else waits for it.
///
/// `listen` is called before any other thread is made, so that the signals stay blocked in all of them and
/// only the listener takes them, in ordinary code that may lock and allocate.
final class Stop: Sendable {
    private struct State {
        var exitCode: ExitCode?
        var actions: [@Sendable () -> Void] = []
        var hangUp: [@Sendable () -> Void] = []
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, any Error>?>(nil)
    }

    private let state = Mutex(State())
    private let isAsked = DispatchSemaphore(value: 0)

    /// SIGTERM and SIGINT ask for the stop; another one of them ends the process at once, which is safe at
    /// any point. SIGHUP calls all that `onHangUp` was given.
    func listen() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        DispatchQueue(label: "tidings.signals").async { [self, signals] in
            while true {
                var signals = signals
                var signal: Int32 = 0
                guard sigwait(&signals, &signal) == 0 else { continue }
                if signal == SIGHUP {
                    for action in state.withLock({ $0.hangUp }) { action() }
                } else if !request(.done) {
                    _exit(ExitCode.wrong.rawValue)
                }
            }
        }
    }

    /// Asks for the stop, once: the first exit code stands. False if it had been asked for before.
    @discardableResult
    func request(_ exitCode: ExitCode) -> Bool {
        let actions: [@Sendable () -> Void]? = state.withLock { state in
            guard state.exitCode == nil else { return nil }
            state.exitCode = exitCode
            return state.actions
        }
        guard let actions else { return false }
        for action in actions { action() }
        isAsked.signal()
        return true
    }

    var isRequested: Bool { state.withLock { $0.exitCode != nil } }

    /// Calls `action` when the stop is asked for, on the thread that asks; at once if it has been.
    func whenRequested(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if state.exitCode == nil { state.actions.append(action) }
            return state.exitCode != nil
        }
        if isLate { action() }
    }

    /// What SIGHUP does, such as reading the keys file again.
    func onHangUp(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.hangUp.append(action) }
    }

    /// Runs `body` on a separate thread and waits until it ends or the stop is asked for: for what blocks
    /// before a service runs.
    ///
    /// - Returns: nil if the stop came first. The thread is then left behind; the process is about to end.
    func waitForResult<Value: Sendable>(
        of body: @escaping @Sendable () throws -> Value
    ) throws -> Value? {
        let outcome = Outcome<Value>()
        let isDecided = DispatchSemaphore(value: 0)
        OSThread(name: "startup") {
            let found = Result { try body() }
            outcome.value.withLock { $0 = found }
            isDecided.signal()
        }.detach()
        whenRequested { isDecided.signal() }
        isDecided.wait()
        return try outcome.value.withLock { $0 }?.get()
    }

    /// Blocks until the stop is asked for.
    func wait() -> ExitCode {
        isAsked.wait()
        isAsked.signal()
        return state.withLock { $0.exitCode } ?? .done
    }
}
