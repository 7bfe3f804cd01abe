// SPDX-License-Identifier: Apache-2.0
import Configuration
import Dispatch
import Glibc
import Kafka
import Synchronization
import System
import Telemetry

/// The one orderly end of a service: a signal or a part that broke asks for it, everything else waits for it.
///
/// `listen` is called before any other thread is made, so that the signals stay blocked in all of them and
/// only the listener takes them, in ordinary code that may lock and allocate.
final class Stop: Sendable {
    private struct State {
        var exitCode: ExitCode?
        var actions: [@Sendable () -> Void] = []
        var hangUp: [@Sendable () -> Void] = []
        var leave: [@Sendable () -> Void] = []
        var isLeaveRequested = false
    }

    private let state = Mutex(State())
    private let isAsked = DispatchSemaphore(value: 0)

    /// SIGTERM and SIGINT ask for the stop; another one of them ends the process immediately, which is safe
    /// at any point. SIGHUP calls all that `onHangUp` was given.
    ///
    /// - Parameter isLeaving: whether SIGUSR1 asks for a stop, too, after what `onLeave` was given. SIGTERM
    ///   may follow it, as from a supervisor that runs a hook before its own signal, or precede it: neither
    ///   counts as the second signal. `main` has blocked SIGUSR1 already; without this it is ignored.
    func listen(forLeave isLeaving: Bool = false) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
        if isLeaving { sigaddset(&signals, SIGUSR1) } else { signal(SIGUSR1, SIG_IGN) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        OSThread(name: "signals") { [self, signals] in
            var terminations = 0
            while true {
                var signals = signals
                var signal: Int32 = 0
                guard sigwait(&signals, &signal) == 0 else { continue }
                switch signal {
                case SIGHUP: for action in state.withLock({ $0.hangUp }) { action() }
                case SIGUSR1: requestLeave()
                default:
                    terminations += 1
                    let isFirst = request(.done)
                    if !isFirst, terminations > 1 || !isLeaveRequested { _exit(ExitCode.wrong.rawValue) }
                }
            }
        }.detach()
    }

    private func requestLeave() {
        let actions = state.withLock { state in
            state.isLeaveRequested = true
            return state.leave
        }
        for action in actions { action() }
        request(.done)
    }

    /// Whether SIGUSR1 came.
    var isLeaveRequested: Bool { state.withLock { $0.isLeaveRequested } }

    /// What SIGUSR1 does before it asks for the stop; immediately if it came already.
    func onLeave(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            state.leave.append(action)
            return state.isLeaveRequested
        }
        if isLate { action() }
    }

    /// Ends the process if the stop that is under way takes longer than it may. A supervisor would kill it
    /// then, and a kill is safe at any point.
    func exitWithin(_ limit: Duration, log: Log) {
        let exitCode = wait()
        OSThread(name: "stop-limit") {
            let end = ContinuousClock.now + limit
            while ContinuousClock.now < end { usleep(20_000) }
            log.warning(
                "the stop took too long", next: "ending the process",
                advice: "nothing is lost; look at the brokers if it repeats",
                ["limit": .text("\(limit)")])
            _exit(exitCode.rawValue)
        }.detach()
    }

    /// Asks for the stop, once: the first exit code counts. False if it had been asked for before.
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

    /// Calls `action` when the stop is asked for, on the thread that asks; immediately if it has been.
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

    /// Blocks until the stop is asked for.
    func wait() -> ExitCode {
        isAsked.wait()
        isAsked.signal()
        return state.withLock { $0.exitCode } ?? .done
    }
}
