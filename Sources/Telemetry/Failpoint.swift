#if FAILPOINTS
    internal import Glibc
    internal import Synchronization
#endif

/// A place at which a test stops the process, to kill it there. Outside a build with `FAILPOINTS` reaching
/// one does nothing and costs nothing.
///
/// `TIDINGS_FAILPOINT=after-commit-before-apply:3` stops the process, all its threads, the third time it
/// comes to that place, and says so on standard error first. `…:3:hang` stops only the thread that comes
/// there.
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
            guard isDue() else { return }
            if Self.wanted?.isHang == true {
                while true { pause() }
            }
            Self.stop()
        #endif
    }

    /// Stops the process from another thread, a moment after this one has gone on into a call that blocks.
    @inline(__always)
    package func reachDuringNextCall() {
        #if FAILPOINTS
            guard isDue() else { return }
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { _ in
                    usleep(1000)
                    Failpoint.stop()
                    return nil
                }, nil)
            pthread_detach(thread)
        #endif
    }

    #if FAILPOINTS
        private static let wanted: (name: String, count: Int, isHang: Bool)? = {
            guard let value = getenv("TIDINGS_FAILPOINT") else { return nil }
            let parts = String(cString: value).split(separator: ":", maxSplits: 2).map(String.init)
            guard let name = parts.first, Failpoint(rawValue: name) != nil else { return nil }
            return (name, parts.count > 1 ? Int(parts[1]) ?? 1 : 1, parts.count > 2 && parts[2] == "hang")
        }()
        private static let reached = Atomic<Int>(0)

        private func isDue() -> Bool {
            guard let wanted = Self.wanted, wanted.name == rawValue else { return false }
            return Self.reached.add(1, ordering: .relaxed).newValue == wanted.count
        }

        private static func stop() {
            let line = "failpoint reached: \(wanted?.name ?? "")\n"
            _ = line.withCString { write(2, $0, strlen($0)) }
            raise(SIGSTOP)
        }
    #endif
}
