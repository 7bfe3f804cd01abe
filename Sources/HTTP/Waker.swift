// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// Lets one thread sleep until a descriptor is readable or another thread has news for it.
///
/// News cost a system call only where the thread sleeps: however many answers come while it works, none does.
final class Waker: Sendable {
    private enum State {
        static let asleep = 0
        static let awake = 1
        /// Awake, with news since it last looked.
        static let reported = 2
    }

    private let state = Atomic<Int>(State.awake)
    private let event: Int32

    init() {
        event = http_event_open()
        precondition(event >= 0, "The system gives this process another descriptor.")
    }

    deinit {
        close(event)
    }

    /// Any thread, after what it has to report was stored.
    func wake() {
        guard state.exchange(State.reported, ordering: .acquiringAndReleasing) == State.asleep else { return }
        // It can fail only where the counter is full, and then the thread wakes as well.
        var one: UInt64 = 1
        _ = write(event, &one, 8)
    }

    /// Returns immediately where there are news; else when there are some, when the descriptor is readable,
    /// or after `milliseconds`, below zero permanently. The sleeping thread alone.
    ///
    /// - Returns: false if it slept for the whole time.
    func sleep(until descriptor: Int32, orMilliseconds milliseconds: Int32) -> Bool {
        var isWoken = true
        let fellAsleep = state.compareExchange(
            expected: State.awake, desired: State.asleep, ordering: .acquiringAndReleasing
        ).exchanged
        if fellAsleep {
            let watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            var waited = InlineArray<2, pollfd>(repeating: watched)
            waited[1].fd = event
            var span = waited.mutableSpan
            isWoken = span.withUnsafeMutableBufferPointer { poll($0.baseAddress, 2, milliseconds) } != 0
            if span[1].revents != 0 {
                var count: UInt64 = 0
                _ = read(event, &count, 8)
            }
        }
        // Exchanged and not stored, so that what was published before it is seen after it.
        _ = state.exchange(State.awake, ordering: .acquiringAndReleasing)
        return isWoken
    }
}
