internal import CRDKafka
internal import Glibc

/// A thread of the operating system, for what blocks by design: on Swift's cooperative pool it would stall
/// everything else.
package struct OSThread: ~Copyable {
    private let identifier: pthread_t

    /// - Parameter name: at most 15 bytes, as the kernel shows it in `top -H`.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var identifier = pthread_t()
        let result = pthread_create(
            &identifier, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        precondition(result == 0, "The system gives this process another thread.")
        pthread_setname_np(identifier, name)
        self.identifier = identifier
    }

    /// Waits for the thread's end. False if it still runs after `limit`; it then goes on automatically.
    package consuming func join(within limit: Duration) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        let nanoseconds = deadline.tv_nsec + Int(limit.milliseconds) * 1_000_000
        deadline.tv_sec += nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        if pthread_timedjoin_np(identifier, nil, &deadline) == 0 { return true }
        pthread_detach(identifier)
        return false
    }

    /// Lets the thread end when it does.
    package consuming func detach() { pthread_detach(identifier) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
