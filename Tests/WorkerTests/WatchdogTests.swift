// SPDX-License-Identifier: Apache-2.0
import Synchronization
import TestSupport
import Testing
import Worker

@Suite("Watchdog")
struct WatchdogTests {
    private final class Noted: Sendable {
        let hangs = Mutex<[(worker: Int, hang: WorkerHealth.Hang)]>([])
        let isStopping = Atomic<Bool>(false)
    }

    @Test(
        "a thread that does not come back from a call hangs, in the phase it was in (#4176)"
    )
    func hang() {
        let health = WorkerHealth()
        #expect(health.hang(longerThan: .zero) == nil)
        health.begin(.restoring)
        #expect(health.hang(longerThan: .seconds(3600)) == nil)
        eventually { health.hang(longerThan: .milliseconds(1))?.activity == .restoring }
        health.endActivity()
        #expect(health.hang(longerThan: .zero) == nil)
    }

    @Test("a thread is stalled only if it runs and made no step for longer than the limit")
    func stall() {
        let health = WorkerHealth()
        #expect(!health.isStalled(for: .zero))
        health.noteThread(isRunning: true)
        eventually { health.isStalled(for: .milliseconds(1)) }
        for step in [{ health.noteStep() }, { health.begin(.polling) }, { health.endActivity() }] {
            step()
            #expect(!health.isStalled(for: .seconds(3600)))
        }
        health.noteThread(isRunning: false)
        #expect(!health.isStalled(for: .zero))
    }

    @Test("the watchdog reports the worker that hangs, once, and ends")
    func report() {
        let healths = [WorkerHealth(), WorkerHealth()]
        let noted = Noted()
        let watchdog = Watchdog(limit: .milliseconds(50)) { worker, hang in
            noted.hangs.withLock { $0.append((worker, hang)) }
        }
        healths[1].begin(.connecting)
        watchdog.run(over: healths) { noted.isStopping.load(ordering: .relaxed) }
        let hangs = noted.hangs.withLock { $0 }
        #expect(hangs.map(\.worker) == [1])
        #expect(hangs.first?.hang.activity == .connecting)
    }

    @Test("the watchdog ends with the process, and reports nothing of workers that are well")
    func stop() {
        let healths = [WorkerHealth()]
        let noted = Noted()
        let watchdog = Watchdog(limit: .zero) { worker, hang in
            noted.hangs.withLock { $0.append((worker, hang)) }
        }
        let thread = BackgroundThread {
            watchdog.run(over: healths) { noted.isStopping.load(ordering: .relaxed) }
        }
        noted.isStopping.store(true, ordering: .relaxed)
        thread.wait()
        #expect(noted.hangs.withLock { $0.isEmpty })
    }
}
