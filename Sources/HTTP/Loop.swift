// SPDX-License-Identifier: Apache-2.0
internal import CMicroHTTPD
internal import Glibc
internal import Synchronization
internal import System

/// One libmicrohttpd daemon: its thread, its connections, its handler.
///
/// `@unchecked Sendable`, the proof: `handler`, `free` and the fields of a place marked "loop thread alone"
/// are touched only inside libmicrohttpd's callbacks, all of which run on the loop's thread, or after its end
/// on the one that stops the daemon. What other threads touch is immutable (`places` itself, the settings,
/// the prepared responses), atomic (`Exchange`, the deadline, `isDraining` and the flags after it, the
/// waker's state), or behind a lock (`sockets`, `lingering`, `credentials`). `daemon` and `thread` are
/// written before a callback can run, and after the last one.
final class Loop: @unchecked Sendable {
    let number: Int
    let settings: ServerSettings
    let telemetry: HTTPTelemetry
    let answers: ServerAnswers

    let handler: any RequestHandler
    let prepared: PreparedResponses
    let places: UnsafeMutablePointer<ConnectionSlot>
    let placeCount: Int
    var free: [Int]
    /// The socket of each place, -1 where there is none. The sweeper holds the lock while it shuts sockets
    /// down, and the loop takes it when a connection ends: so a number that the system has given again is
    /// never hit.
    let sockets: Mutex<[Int32]>
    /// Sockets that outlive their connection.
    let lingering: LingeringSockets
    /// What the next connections use; nil without TLS.
    let credentials: Mutex<TLSCredentials?>
    private var daemon: OpaquePointer?
    private var thread: OSThread?
    private let waker = Waker()

    /// How many requests are held or answered and not taken up yet. Loop thread alone, as the next one.
    var held = 0
    /// Whether a callback had something to do that may have left more.
    var hasAdvanced = false

    /// Answers now close their connections.
    let isDraining = Atomic<Bool>(false)
    /// Held requests are answered immediately.
    private let isStopping = Atomic<Bool>(false)
    private let isEnding = Atomic<Bool>(false)
    /// Set by a stop: the loop's thread closes the listening socket then, and sets the second.
    private let isQuiescing = Atomic<Bool>(false)
    private let hasQuiesced = Atomic<Bool>(false)
    /// When the present turn of the loop began, in monotonic milliseconds; 0 while the thread waits for work.
    private let turnStartedAt = Atomic<Int64>(0)

    let headersDeadline: Int64
    let bodyDeadline: Int64
    let answerDeadline: Int64
    let writeDeadline: Int64
    let idleDeadline: Int64

    init(
        number: Int, settings: ServerSettings, responses: Responses, answers: ServerAnswers,
        credentials: TLSCredentials?, telemetry: HTTPTelemetry, handler: any RequestHandler
    ) {
        self.number = number
        self.credentials = Mutex(credentials)
        lingering = LingeringSockets(bodyBytes: settings.limits.bodyBytes)
        self.settings = settings
        self.telemetry = telemetry
        self.answers = answers
        self.handler = handler
        prepared = PreparedResponses(responses)
        // libmicrohttpd frees a connection's memory a little after it reported its end.
        placeCount = settings.connections + 16
        places = .allocate(capacity: placeCount)
        for place in 0..<placeCount { (places + place).initialize(to: ConnectionSlot(number: place)) }
        free = Array((0..<placeCount).reversed())
        sockets = Mutex(Array(repeating: -1, count: placeCount))
        headersDeadline = settings.deadlines.headers.millisecondsRoundedDown
        bodyDeadline = settings.deadlines.body.millisecondsRoundedDown
        // The sweeper comes by every `Sweeper.interval`: the answer must be there within the deadline, not
        // after.
        answerDeadline = max(
            settings.deadlines.answer.millisecondsRoundedDown - Sweeper.interval.millisecondsRoundedDown, 1)
        writeDeadline = settings.deadlines.write.millisecondsRoundedDown
        idleDeadline = settings.deadlines.idle.millisecondsRoundedDown
    }

    deinit {
        places.deinitialize(count: placeCount)
        places.deallocate()
    }

    // MARK: Life

    /// Starts the daemon and its thread. The socket belongs to the loop from now on.
    func start(on descriptor: Int32, isIPv6: Bool) throws(HTTPError) {
        var callbacks = http_daemon_callbacks(
            connection_changed: connectionChanged, request_line_read: requestLineRead,
            path_unescape: pathUnescape,
            request_advanced: requestAdvanced, request_ended: requestCompleted)
        let context = Unmanaged.passUnretained(self).toOpaque()
        daemon = withKeys { key, certificate in
            var daemonSettings = http_daemon_settings(
                listening_socket: descriptor, is_ipv6: isIPv6 ? 1 : 0,
                connections: UInt32(settings.connections),
                connections_per_address: UInt32(settings.connectionsPerAddress),
                connection_memory_bytes: settings.connectionMemoryBytes, private_key: key,
                certificate: certificate)
            return http_daemon_start(&daemonSettings, &callbacks, context)
        }
        guard daemon != nil else {
            close(descriptor)
            throw .cannotStart(
                settings.tls == nil
                    ? "libmicrohttpd did not start"
                    : "libmicrohttpd did not start: check the TLS key and certificate")
        }
        thread = OSThread(name: "\(settings.name)-loop") { [self] in run() }
    }

    /// The loop. A held request is not suspended: libmicrohttpd asks for its answer at every turn, which
    /// costs it a few loads, where suspending costs two changes of the epoll set, a fruitless read and the
    /// wake-up of every single connection: 1.8 µs of CPU a request more.
    ///
    /// libmicrohttpd counts a held request as work it could do, and so cannot report whether there is any
    /// other. There nearly never is once a turn has called nothing back; a client that sent more than a
    /// buffer of header fields, or two requests together, waits 10 ms at most for the next turn.
    private func run() {
        guard let daemon else { return }
        let descriptor = http_daemon_descriptor(daemon)
        while !isEnding.load(ordering: .acquiring) {
            if !hasAdvanced {
                let mayWait = held == 0 && http_daemon_is_busy(daemon) == 0
                let isWoken = waker.sleep(until: descriptor, orMilliseconds: mayWait ? -1 : 10)
                if !isWoken { refuseStuckBodies() }
            }
            hasAdvanced = false
            if isQuiescing.load(ordering: .acquiring) { closeListeningSocket(of: daemon) }
            turnStartedAt.store(MonotonicClock.milliseconds, ordering: .relaxed)
            MHD_run(daemon)
            turnStartedAt.store(0, ordering: .relaxed)
        }
    }

    /// Whether the thread has been in one turn for longer than a limit: a handler or the library does not
    /// return.
    func isStalled(for limit: Duration) -> Bool {
        let start = turnStartedAt.load(ordering: .relaxed)
        return start != 0 && MonotonicClock.milliseconds &- start > limit.millisecondsRoundedDown
    }

    /// Private key and certificate as C wants them, nil without TLS. libmicrohttpd reads them while it
    /// starts.
    private func withKeys<Result>(
        _ body: (UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Result
    ) -> Result {
        guard let tls = settings.tls else { return body(nil, nil) }
        return (tls.privateKey + [0]).withUnsafeBytes { key in
            (tls.certificate + [0]).withUnsafeBytes { certificate in
                body(
                    key.baseAddress?.assumingMemoryBound(to: CChar.self),
                    certificate.baseAddress?.assumingMemoryBound(to: CChar.self))
            }
        }
    }

    /// Every answer from now on closes its connection.
    func closeAfterAnswers() {
        isDraining.store(true, ordering: .sequentiallyConsistent)
    }

    /// Accepts nothing more from the loop's next turn on (``isQuiesced``); requests that are under way, and
    /// further ones on kept connections, go on.
    func quiesce() {
        closeAfterAnswers()
        isQuiescing.store(true, ordering: .releasing)
        waker.wake()
    }

    /// Whether it accepts nothing more.
    var isQuiesced: Bool { hasQuiesced.load(ordering: .acquiring) }

    /// On the loop's thread, between two turns: in a turn libmicrohttpd takes the socket of a quiesced daemon
    /// out of its epoll set, and ends the process if the socket was closed elsewhere by then.
    private func closeListeningSocket(of daemon: OpaquePointer) {
        guard !hasQuiesced.load(ordering: .relaxed) else { return }
        let descriptor = MHD_quiesce_daemon(daemon)
        if descriptor >= 0 { close(descriptor) }
        hasQuiesced.store(true, ordering: .releasing)
    }

    /// Whether a request is being read, is held, or is being answered.
    var isBusy: Bool {
        (0..<placeCount).contains { place in
            switch places[place].exchange.snapshot.phase {
            case .idle, .opened: false
            case .reading, .held, .answered, .sending: true
            }
        }
    }

    /// Answers everything that is held, now and from now on; how many that were.
    func answerAllHeld() -> Int {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        return (0..<placeCount).count { place in
            let seen = places[place].exchange.snapshot
            return seen.phase == .held && finish(place, seen.generation, with: answers.stopping)
        }
    }

    /// Closes what is left and ends the thread. Everything held was answered before.
    func stop() {
        guard let daemon else { return }
        isEnding.store(true, ordering: .releasing)
        waker.wake()
        thread.take()?.join()
        MHD_stop_daemon(daemon)
        self.daemon = nil
    }

    // MARK: Held requests, any thread

    /// Loop thread, from ``Request/hold()``.
    func hold(_ place: Int, note: Int64) -> Ticket {
        held += 1
        places[place].note.store(note, ordering: .relaxed)
        places[place].heldAt = MonotonicClock.microseconds
        places[place].setDeadline(after: answerDeadline)
        let generation = places[place].exchange.hold()
        if isStopping.load(ordering: .sequentiallyConsistent) {
            _ = finish(place, generation, with: answers.stopping)
        }
        return Ticket(generation: generation, loop: number, place: place)
    }

    /// What was noted with the hold. It belongs to the ticket only where a later answer to the ticket
    /// succeeds.
    func note(of ticket: Ticket) -> Int64 {
        ticket.place < placeCount ? places[ticket.place].note.load(ordering: .relaxed) : 0
    }

    /// Whether this call was the one that answered the request.
    func answer(_ ticket: Ticket, with answer: Answer) -> Bool {
        ticket.place < placeCount && finish(ticket.place, ticket.generation, with: answer)
    }

    private func finish(_ place: Int, _ generation: UInt32, with answer: Answer) -> Bool {
        guard places[place].exchange.answer(generation, with: answer) else { return false }
        waker.wake()
        return true
    }

    // MARK: Deadlines, sweeper thread

    /// Answers what was held too long and shuts down the sockets of those who took too long.
    func sweep() {
        let now = MonotonicClock.milliseconds
        lingering.drain(now: now)
        sockets.withLock { sockets in
            for place in sockets.indices where sockets[place] >= 0 {
                // Phase first, deadline second: the deadline is then of this phase or a later one, and the
                // compare-and-swap fails where the request has moved on meanwhile.
                let seen = places[place].exchange.snapshot
                guard places[place].deadline.load(ordering: .relaxed) <= now else { continue }
                switch seen.phase {
                case .held:
                    // The deadline is left alone: the loop thread may already have set the next one.
                    if finish(place, seen.generation, with: answers.deadline) {
                        telemetry.deadlinePassed(in: .held)
                    }
                    continue
                case .idle, .opened:
                    telemetry.deadlinePassed(in: seen.phase)
                    shutdown(sockets[place], Int32(SHUT_RD))
                case .reading, .sending:
                    telemetry.deadlinePassed(in: seen.phase)
                    // Where nothing is read any more the end of input alone would go unnoticed.
                    shutdown(sockets[place], Int32(SHUT_RDWR))
                case .answered:
                    // Decided, and the loop thread is about to queue it: its deadline is still that of the
                    // hold.
                    continue
                }
                places[place].deadline.store(now + 1000, ordering: .relaxed)
            }
        }
    }
}
