// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import System

/// Lets one thread sleep until another one signals. A signal that comes before the sleep is kept.
final class Condition: Sendable {
    /// The ends of a pipe: one byte in it is a signal.
    private let reading: Int32
    private let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system has no descriptors for a pipe")
        (reading, writing) = (ends[0], ends[1])
        for descriptor in ends {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    func signal() {
        // A full pipe is a signal too.
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
    }

    func wait(atMost limit: Duration) {
        var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        _ = poll(&waiting, 1, limit.millisecondsRoundedUp)
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(reading, &bytes, bytes.count) > 0 {}
    }
}
