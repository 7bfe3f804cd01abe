internal import Glibc
internal import Synchronization
public import Telemetry

/// An HTTP/1.1 server on libmicrohttpd: bounded in every size and time, and strict about what a request is.
///
/// It is made, then started with a handler for each loop thread, then stopped. A handler may hold a request and
/// have any thread answer it later through ``answer(_:with:)``. Data and management are two servers.
public final class Server: Sendable {
    private struct State {
        var loops: [Loop] = []
        var sweeper: Sweeper?
        var port: UInt16 = 0
        var isStopping = false
    }

    public let settings: ServerSettings
    private let responses: Responses
    private let answers: ServerAnswers
    private let telemetry: HTTPTelemetry
    private let state = Mutex(State())

    /// - Parameter responses: everything that handlers will answer with; the server adds its own.
    public init(
        _ settings: ServerSettings, responses: Responses, log: Log, metrics: MetricsRegistry
    ) throws(HTTPError) {
        try settings.validate()
        var responses = responses
        self.settings = settings
        answers = ServerAnswers(in: &responses, retryAfter: settings.retryAfter)
        self.responses = responses
        telemetry = HTTPTelemetry(server: settings.name, responses: responses, log: log, metrics: metrics)
    }

    /// A server that is let go while it serves, as after an error elsewhere, ends like one that is stopped.
    deinit {
        stop(within: .zero)
    }

    /// Listens, and serves from threads of its own until ``stop(within:)``.
    ///
    /// - Parameter makeHandler: called once for each loop thread, here and now.
    public func start(
        on address: BindAddress, makeHandler: () -> sending any RequestHandler
    ) throws(HTTPError) {
        let listening = try ListeningSocket(address)
        let loops = (0..<settings.threads).map { number in
            Loop(
                number: number, settings: settings, responses: responses, answers: answers,
                telemetry: telemetry,
                handler: makeHandler())
        }
        // In place before the first request can be answered.
        state.withLock { state in
            precondition(state.loops.isEmpty, "A server is started once.")
            state.loops = loops
            state.port = listening.port
        }
        for (index, loop) in loops.enumerated() {
            do {
                try loop.start(on: listening.duplicate(), isIPv6: listening.isIPv6)
            } catch {
                for started in loops[..<index] { started.stop() }
                state.withLock { $0.loops = [] }
                throw error
            }
        }
        let sweeper = Sweeper()
        sweeper.start(name: "\(settings.name)-sweeper", loops: loops)
        state.withLock { $0.sweeper = sweeper }
        telemetry.started(on: BindAddress(host: address.host, port: listening.port).description)
    }

    /// The port it listens on: the system's choice where 0 was asked for. 0 before the start.
    public var port: UInt16 { state.withLock { $0.port } }

    /// Answers a held request. Any thread, at any time.
    ///
    /// - Returns: whether this call answered it; false where the deadline, the stop or somebody else was first.
    @discardableResult
    public func answer(_ ticket: Ticket, with answer: Answer) -> Bool {
        let loop = state.withLock { ticket.loop < $0.loops.count ? $0.loops[ticket.loop] : nil }
        return loop?.answer(ticket, with: answer) ?? false
    }

    /// How many bodies were refused because they were larger than the limit.
    public var oversizedBodies: Int { telemetry.oversizedBodyCount }

    /// Accepts nothing more, lets what is under way come to its answer, answers the rest with 503, and stops.
    /// Blocks until then; further calls return at once.
    ///
    /// - Parameter drain: how long requests under way are waited for.
    public func stop(within drain: Duration) {
        let (loops, sweeper) = state.withLock { state in
            defer { state.isStopping = true }
            return state.isStopping ? ([], nil) : (state.loops, state.sweeper)
        }
        guard !loops.isEmpty else { return }
        for loop in loops { loop.quiesce() }
        wait(for: drain) { !loops.contains { $0.isBusy } }
        let held = loops.reduce(0) { $0 + $1.answerAllHeld() }
        // What was answered a moment ago shall still reach its client.
        wait(for: .seconds(1)) { !loops.contains { $0.isBusy } }
        sweeper?.stop()
        // A hold that slipped in since was answered by itself; nothing is held any more.
        for loop in loops { loop.stop() }
        // Handlers may hold their server: with the loops they are let go.
        state.withLock { $0.loops = [] }
        telemetry.stopped(heldRequests: held)
    }

    private func wait(for limit: Duration, until isDone: () -> Bool) {
        let deadline = MonotonicClock.milliseconds &+ limit.milliseconds
        while !isDone(), MonotonicClock.milliseconds < deadline { usleep(5000) }
    }
}
