// SPDX-License-Identifier: Apache-2.0
#if FAILPOINTS
    internal import Glibc
    internal import Synchronization
#endif

/// A place at which a test stops the process, to kill it there. Outside a build with `FAILPOINTS` reaching
/// one does nothing and costs nothing.
///
/// `TIDINGS_FAILPOINT=after-commit-before-apply:3` stops the process, all its threads, the third time it
/// comes to that place, and says so on standard error first. `…:3:hang` stops only the thread that comes
/// there, until the process gets SIGCONT. Several places are separated by commas.
package enum Failpoint: String, Sendable, CaseIterable {
    case afterFill = "after-fill"
    case afterProduce = "after-produce"
    case afterOffsets = "after-offsets"
    case duringCommit = "during-commit"
    case afterCommitBeforeApply = "after-commit-before-apply"
    case duringApply = "during-apply"
    case duringProgressCommit = "during-progress-commit"
    case afterProgressCommit = "after-progress-commit"
    case duringRestore = "during-restore"
    case duringRebalance = "during-rebalance"
    /// The watchdog has found a worker that hangs and is about to end the process.
    case beforeWatchdogEnd = "before-watchdog-end"
    /// A service has begun its stop.
    case duringStop = "during-stop"
    case beforeResolution = "before-resolution"
    case betweenResolutionRecords = "between-resolution-records"
    case beforeResolutionCommit = "before-resolution-commit"
    case duringResolutionCommit = "during-resolution-commit"
    case afterResolutionCommit = "after-resolution-commit"
    case replayAfterTakeover = "replay-after-takeover"
    case replayAfterPlan = "replay-after-plan"
    case replayAfterBegin = "replay-after-begin"
    case replayAfterCheck = "replay-after-check"
    case replayAfterProduce = "replay-after-produce"
    case replayAfterOffsets = "replay-after-offsets"
    case replayDuringCommit = "replay-during-commit"
    case replayAfterCommit = "replay-after-commit"
    case rebuildAfterTakeover = "rebuild-after-takeover"
    case rebuildAfterSeed = "rebuild-after-seed"
    case rebuildAfterProduce = "rebuild-after-produce"
    case rebuildAfterOffsets = "rebuild-after-offsets"
    case rebuildDuringCommit = "rebuild-during-commit"
    case rebuildAfterCommit = "rebuild-after-commit"
    case rebuildDuringRestore = "rebuild-during-restore"

    @inline(__always)
    package func reach() {
        #if FAILPOINTS
            guard let due else { return }
            if due.isHang { due.hang() } else { due.stop() }
        #endif
    }

    /// Stops the process from another thread, a moment after this one has gone on into a call that blocks.
    @inline(__always)
    package func reachDuringNextCall() {
        #if FAILPOINTS
            guard let due else { return }
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { due in
                    usleep(1000)
                    if let due { Unmanaged<Wanted>.fromOpaque(due).takeUnretainedValue().stop() }
                    return nil
                }, Unmanaged.passUnretained(due).toOpaque())
            pthread_detach(thread)
        #endif
    }

    #if FAILPOINTS
        /// A place at which this process stops, as the environment names it.
        private final class Wanted: Sendable {
            let name: String
            let isHang: Bool
            private let count: Int
            private let reached = Atomic<Int>(0)

            init?(_ text: Substring) {
                let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
                guard let name = parts.first, Failpoint(rawValue: name) != nil else { return nil }
                self.name = name
                count = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
                isHang = parts.count > 2 && parts[2] == "hang"
            }

            /// Counts one arrival; whether it is the one to stop at.
            func isDue() -> Bool { reached.add(1, ordering: .relaxed).newValue == count }

            private func report() {
                let line = "failpoint reached: \(name)\n"
                _ = line.withCString { write(2, $0, strlen($0)) }
            }

            func stop() {
                report()
                raise(SIGSTOP)
            }

            func hang() {
                signal(SIGCONT) { _ in Failpoint.isContinued.store(true, ordering: .relaxed) }
                // The threads of a service take no signals.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGCONT)
                pthread_sigmask(SIG_UNBLOCK, &signals, nil)
                report()
                while !Failpoint.isContinued.load(ordering: .relaxed) { usleep(10_000) }
            }
        }

        private static let isContinued = Atomic<Bool>(false)

        private static let wanted: [Wanted] = {
            guard let value = getenv("TIDINGS_FAILPOINT") else { return [] }
            return String(cString: value).split(separator: ",").compactMap { Wanted($0) }
        }()

        private var due: Wanted? {
            Self.wanted.first { $0.name == rawValue && $0.isDue() }
        }
    #endif
}
