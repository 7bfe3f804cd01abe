internal import CMicroHTTPD
internal import Glibc

/// A thread of the operating system, for a loop that blocks by design.
struct OSThread: Sendable {
    private let identifier: pthread_t

    /// - Parameter name: as `top -H` shows it; cut to the kernel's 15 bytes.
    init(name: String, _ body: @escaping @Sendable () -> Void) {
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
        http_thread_name(identifier, String(decoding: name.utf8.prefix(15), as: UTF8.self))
        self.identifier = identifier
    }

    /// Waits for the thread's end. Once.
    func join() {
        pthread_join(identifier, nil)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
