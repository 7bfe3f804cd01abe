// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Synchronization
internal import System

/// The thread that enforces absolute deadlines: libmicrohttpd's own time-out counts inactivity only, so that
/// a byte a second would hold a connection permanently.
final class Sweeper: Sendable {
    /// How often it looks; so exact is every deadline.
    static let interval = Duration.milliseconds(50)

    private let isStopped = Atomic<Bool>(false)
    private let thread = Mutex<OSThread?>(nil)

    func start(name: String, loops: [Loop]) {
        thread.withLock {
            $0 = OSThread(name: name) { [self] in
                while !isStopped.load(ordering: .acquiring) {
                    for loop in loops { loop.sweep() }
                    usleep(UInt32(Self.interval.millisecondsRoundedDown) * 1000)
                }
            }
        }
    }

    /// Returns when the thread has ended, which takes one interval at most.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }
}
