// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Glibc

/// A thread of the operating system, for a loop that blocks by design: on Swift's cooperative pool it would
/// stall everything else.
package struct OSThread: ~Copyable, Sendable {
    private let identifier: pthread_t

    /// - Parameter name: as `top -H` shows it; cut to the kernel's 15 bytes.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var identifier = pthread_t()
        let result = pthread_create(
            &identifier, nil,
            { argument in
                guard let argument else { return nil }
                // A peer that has gone is an error of the write, never the end of the process: GnuTLS and
                // OpenSSL write without MSG_NOSIGNAL.
                var pipe = sigset_t()
                sigemptyset(&pipe)
                sigaddset(&pipe, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &pipe, nil)
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        precondition(result == 0, "pthread_create failed: the process is at its limit of threads")
        pthread_setname_np(identifier, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        self.identifier = identifier
    }

    /// Waits for the thread's end.
    package consuming func join() { pthread_join(identifier, nil) }

    /// Waits for the thread's end. False if it still runs after `limit`; it is detached then.
    package consuming func join(within limit: Duration) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let nanoseconds = deadline.tv_nsec + Int(limit.millisecondsRoundedUp) * 1_000_000
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        if pthread_timedjoin_np(identifier, nil, &deadline) == 0 { return true }
        pthread_detach(identifier)
        return false
    }

    /// Lets the thread end when its body returns.
    package consuming func detach() { pthread_detach(identifier) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
