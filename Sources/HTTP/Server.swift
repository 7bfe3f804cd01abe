// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Synchronization
public import Telemetry
internal import System

/// An HTTP/1.1 server on libmicrohttpd: bounded in every size and time, and strict about what a request is.
///
/// It is made, then started with a handler for each loop thread, then stopped. A handler may hold a request
/// and have any thread answer it later through ``answer(_:with:)``. Data and management are two servers.
public final class Server: Sendable {
    private struct State {
        var loops: [Loop] = []
        var sweeper: Sweeper?
        /// What new connections use; nil without TLS.
        var credentials: TLSCredentials?
        var port: UInt16 = 0
        var isStopping = false
    }

    /// Every metric of a server.
    public static let metricFamilies = HTTPMetrics.families

    public let settings: ServerSettings
    private let responses: Responses
    private let answers: ServerAnswers
    private let telemetry: HTTPTelemetry
    private let state: Mutex<State>

    /// - Parameters:
    ///   - responses: everything that handlers will answer with; the server adds its own.
    ///   - logTime: milliseconds of a clock that never goes backwards, for the lines that are limited.
    public init(
        _ settings: ServerSettings, responses: Responses, log: Log, metrics: MetricsRegistry,
        logTime: @escaping @Sendable () -> Int64 = { LogInterval.now }
    ) throws(HTTPError) {
        try settings.validate()
        let credentials: TLSCredentials? =
            if let tls = settings.tls { try TLSCredentials(tls) } else { nil }
        state = Mutex(State(credentials: credentials))
        var responses = responses
        self.settings = settings
        answers = ServerAnswers(in: &responses, retryAfter: settings.retryAfter)
        self.responses = responses
        telemetry = HTTPTelemetry(
            server: settings.name, responses: responses, log: log, metrics: metrics, logTime: logTime)
        if let credentials { telemetry.certificateLoaded(notAfter: credentials.notAfter) }
    }

    /// A server that is let go while it serves, as after an error elsewhere, ends like one that is stopped.
    deinit {
        stop(within: .zero)
    }

    /// Listens, and serves from separate threads until ``stop(within:)``.
    ///
    /// - Parameter makeHandler: called once for each loop thread, here and now.
    public func start(
        on address: BindAddress, makeHandler: () -> sending any RequestHandler
    ) throws(HTTPError) {
        let listening = try ListeningSocket(address)
        let credentials = state.withLock { $0.credentials }
        let loops = (0..<settings.threads).map { number in
            Loop(
                number: number, settings: settings, responses: responses, answers: answers,
                credentials: credentials, telemetry: telemetry, handler: makeHandler())
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
    /// - Returns: whether this call answered it; false where the deadline, the stop or another thread was
    ///   first.
    @discardableResult
    public func answer(_ ticket: Ticket, with answer: Answer) -> Bool {
        let loop = state.withLock { ticket.loop < $0.loops.count ? $0.loops[ticket.loop] : nil }
        return loop?.answer(ticket, with: answer) ?? false
    }

    /// What the handler noted when it held the request of this ticket. It belongs to the ticket only if
    /// ``answer(_:with:)`` then returns true: ask before answering, since the connection may serve its next
    /// request afterwards.
    public func note(of ticket: Ticket) -> Int64 {
        let loop = state.withLock { ticket.loop < $0.loops.count ? $0.loops[ticket.loop] : nil }
        return loop?.note(of: ticket) ?? 0
    }

    /// Takes a new certificate, key and client authorities into use, for connections from now on. Open
    /// connections go on with what they began with.
    ///
    /// - Throws: where something does not fit, or the server serves plain HTTP; then nothing changes.
    public func replaceTLS(_ tls: ServerSettings.TLS) throws(HTTPError) {
        guard settings.tls != nil else { throw .invalidSettings("the server was started without TLS") }
        let credentials = try TLSCredentials(tls)
        let loops = state.withLock { state in
            state.credentials = credentials
            return state.loops
        }
        for loop in loops { loop.credentials.withLock { $0 = credentials } }
        telemetry.certificateLoaded(notAfter: credentials.notAfter)
    }

    /// False where a loop thread has not returned from one turn for so long: only a restart helps.
    public func isAlive(within limit: Duration) -> Bool {
        let loops = state.withLock { $0.loops }
        return !loops.contains { $0.isStalled(for: limit) }
    }

    /// Every answer from now on carries `Connection: close`; connections are accepted as before. It lets
    /// clients go while a load balancer still sends them here.
    public func closeAfterAnswers() {
        let loops = state.withLock { $0.loops }
        for loop in loops { loop.closeAfterAnswers() }
    }

    /// How many bodies were refused because they were larger than the limit.
    public var oversizedBodies: Int { telemetry.oversizedBodyCount }

    /// Accepts nothing more, lets what is under way come to its answer, answers the rest with 503, and stops.
    /// Blocks until then; further calls return immediately.
    ///
    /// - Parameter drain: how long requests under way are waited for.
    public func stop(within drain: Duration) {
        let (loops, sweeper) = state.withLock { state in
            defer { state.isStopping = true }
            return state.isStopping ? ([], nil) : (state.loops, state.sweeper)
        }
        guard !loops.isEmpty else { return }
        for loop in loops { loop.quiesce() }
        wait(for: drain) { loops.allSatisfy { $0.isQuiesced && !$0.isBusy } }
        let held = loops.reduce(0) { $0 + $1.answerAllHeld() }
        // What was answered a moment ago shall still reach its client.
        wait(for: .seconds(1)) { !loops.contains { $0.isBusy } }
        // A hold that came since was answered immediately; nothing is held any more.
        for loop in loops { loop.stop() }
        // A client that still sends shall get its answer, not a reset.
        wait(for: .milliseconds(500)) { loops.allSatisfy { $0.lingering.isEmpty } }
        sweeper?.stop()
        for loop in loops { loop.lingering.closeAll() }
        // Handlers may hold their server: with the loops they are let go.
        state.withLock { $0.loops = [] }
        telemetry.stopped(heldRequests: held)
    }

    private func wait(for limit: Duration, until isDone: () -> Bool) {
        let deadline = MonotonicClock.milliseconds &+ limit.millisecondsRoundedDown
        while !isDone(), MonotonicClock.milliseconds < deadline { usleep(5000) }
    }
}
