// SPDX-License-Identifier: Apache-2.0
internal import Glibc
public import HTTP
public import Kafka
public import Payments
internal import Synchronization
internal import System
public import Telemetry

/// Takes callbacks over HTTP, verifies them, and answers 200 once Kafka has them.
///
/// Made with everything it needs, started once, stopped once; keys and certificates may be replaced at any
/// time in between.
public final class IngressService: Sendable {
    public struct Settings: Sendable {
        /// Where callbacks are posted to.
        public var address: BindAddress
        /// Threads, limits, deadlines and caps of the server. Its deadline for an answer is that of the whole
        /// request to Kafka: the producer gives up half a second earlier.
        public var server = ServerSettings()
        public var kafka: KafkaConfiguration
        /// The topic of callbacks.
        public var topic: String
        /// The changelog, whose partition count the topic of callbacks must have; nil compares it with none.
        public var changelogTopic: String?
        /// How long a record waits for company.
        public var linger = Duration.milliseconds(2)
        /// The most records that may wait for the broker; more are answered 503 immediately.
        public var inFlightLimit = 8192
        /// What a body may cost.
        public var limits = JSONLimits()
        /// Networks that callbacks may come from; empty means any, with a warning at start.
        public var allowed: [AddressBlock] = []
        /// Networks of proxies whose X-Forwarded-For is believed.
        public var trustedProxies: [AddressBlock] = []
        /// Requests a minute from one address that do not verify; 0 means no limit.
        public var unverifiedPerMinute = 60
        /// How long a stop, already not ready, goes on accepting: until the load balancer has noticed.
        public var stopDelay = Duration.zero
        /// How long a stop then waits for requests under way.
        public var drain = Duration.seconds(10)
        /// How long a loop may make no step before ``IngressService/isAlive`` is false.
        public var stallLimit = Duration.seconds(60)

        public init(
            address: BindAddress = BindAddress(host: "127.0.0.1", port: 8080), kafka: KafkaConfiguration,
            topic: String
        ) {
            self.address = address
            self.kafka = kafka
            self.topic = topic
            server.name = "callbacks"
        }
    }

    private let settings: Settings
    private let answers: IngressAnswers
    private let server: Server
    private let callbacks: CallbackProducer
    private let keys: Replaceable<KeyRing>
    private let signatures: ProjectSignatures
    private let lastAccepted: LastAccepted
    private let traces: CallbackTraces?
    private let telemetry: IngressTelemetry
    private let isDraining = Atomic<Bool>(false)

    /// - Parameters:
    ///   - tracer: records spans; nil where tracing is off.
    ///   - logTime: milliseconds of a clock that never goes backwards, for lines that are limited.
    public init(
        _ settings: Settings, keys: KeyRing, log: Log, metrics: MetricsRegistry, tracer: Tracer? = nil,
        logTime: @escaping @Sendable () -> Int64 = { LogInterval.now }
    ) throws(IngressError) {
        try settings.validate()
        var responses = Responses()
        let answers = IngressAnswers(in: &responses, retryAfter: settings.server.retryAfter)
        let telemetry = IngressTelemetry(
            topic: settings.topic, log: log, metrics: metrics, logTime: logTime)
        let server = try translating { () throws(HTTPError) in
            try Server(settings.server, responses: responses, log: log, metrics: metrics, logTime: logTime)
        }
        let lastAccepted = LastAccepted(projectIDs: keys.projectIDs, metrics: metrics)
        let traces = tracer.map { CallbackTraces($0, topic: settings.topic) }
        let confirmation = Confirmation(
            server: server, answers: answers, telemetry: telemetry, lastAccepted: lastAccepted, traces: traces
        )
        do throws(KafkaError) {
            callbacks = try CallbackProducer(
                settings.kafka, settings.producer, confirmation: confirmation, telemetry: telemetry)
        } catch {
            throw .kafka(error)
        }
        self.settings = settings
        self.answers = answers
        self.telemetry = telemetry
        self.keys = Replaceable(keys)
        self.server = server
        self.lastAccepted = lastAccepted
        self.traces = traces
        signatures = ProjectSignatures(keys, limits: settings.limits, log: log, logTime: logTime)
        telemetry.countOversizedBodies(of: server)
    }

    /// Listens and serves, from separate threads. Kafka need not be there: until it is, callbacks are
    /// answered 503 and ``readiness`` says why.
    public func start() throws(IngressError) {
        let origin = Origin(allowed: settings.allowed, trustedProxies: settings.trustedProxies)
        let limit = UnverifiedLimit(perMinute: settings.unverifiedPerMinute)
        try translating { () throws(HTTPError) in
            try server.start(on: settings.address) {
                CallbackHandler(
                    server: server, callbacks: callbacks, keys: keys, signatures: signatures,
                    answers: answers, origin: origin, limit: limit, limits: settings.limits,
                    telemetry: telemetry, traces: traces)
            }
        }
        callbacks.watch()
        telemetry.started(allowsAnyAddress: settings.allowed.isEmpty)
    }

    /// The port it listens on.
    public var port: UInt16 { server.port }

    /// Ready while a broker answers, callbacks are written and no stop was asked for; at most 10 s late.
    public var readiness: Readiness {
        var obstacles: [Readiness.Obstacle] = []
        if isDraining.load(ordering: .acquiring) {
            obstacles.append(.init("draining", "the ingress is stopping"))
        }
        return Readiness(obstacles + callbacks.notReadyReasons)
    }

    /// False only if the process must be restarted: a loop has made no step for the stall limit. Kafka that
    /// is away or refuses is not a reason.
    public var isAlive: Bool { server.isAlive(within: settings.stallLimit) }

    /// Takes a new ring into use. Callbacks under way end with the ring they began with; none is refused for
    /// it.
    public func replaceKeys(_ ring: KeyRing) {
        // First what a loop thread looks up when it sees the new ring.
        signatures.replaceKeys(ring)
        lastAccepted.replaceProjects(ring.projectIDs)
        keys.replace(ring)
        telemetry.keysReplaced(projects: ring.projectIDs.count)
    }

    /// Takes a new certificate into use, for connections from now on; open ones go on with theirs.
    ///
    /// - Throws: where key and certificate do not fit; then nothing changes.
    public func replaceTLS(_ tls: ServerSettings.TLS) throws(IngressError) {
        try translating { () throws(HTTPError) in try server.replaceTLS(tls) }
    }

    /// Stops: not ready from now on; for the stop delay it still accepts, and each answer closes its
    /// connection; then it accepts nothing more, waits for what is under way or answers it 503, and ends.
    /// Blocks. Once, after ``start()``.
    public func stop() {
        isDraining.store(true, ordering: .releasing)
        if settings.stopDelay > .zero {
            telemetry.stopDelayed(by: settings.stopDelay)
            server.closeAfterAnswers()
            // Blocks for the whole time: a second signal ends the process immediately.
            let end = ContinuousClock.now + settings.stopDelay
            while ContinuousClock.now < end { usleep(20_000) }
        }
        server.stop(within: settings.drain)
        // Every request has its answer by now; this only gives up what still waits for a report.
        callbacks.close(within: .milliseconds(500))
    }
}

extension IngressService.Settings {
    /// Throws where two settings contradict one another, with a sentence that names both.
    public func validate() throws(IngressError) {
        try translating { () throws(HTTPError) in try server.validate() }
        guard inFlightLimit > 0 else { throw .invalidSettings("the in-flight limit is less than 1") }
        // librdkafka refuses a topic whose records would expire while they wait for company.
        guard linger < producer.messageTimeout else {
            throw .invalidSettings(
                "records wait \(linger) for others, and a request's deadline leaves them "
                    + "\(producer.messageTimeout)")
        }
    }

    /// The producer gives a record up before the request's own deadline answers for it, so that the answer
    /// says what happened.
    fileprivate var producer: AcknowledgedProducer.Settings {
        let deadline = server.deadlines.answer
        return AcknowledgedProducer.Settings(
            topic: topic, messageTimeout: deadline - min(.milliseconds(500), deadline / 4), linger: linger,
            inFlightLimit: inFlightLimit, comparedTopic: changelogTopic)
    }
}
