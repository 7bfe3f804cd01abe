public import HTTP
public import Kafka
public import Payments
internal import Synchronization
public import Telemetry

/// Takes callbacks over HTTP, verifies them, and answers 200 once the log has them.
///
/// Made with everything it needs, started once, stopped once; keys may be replaced at any time in between.
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
        /// How long a record waits for company.
        public var linger = Duration.milliseconds(2)
        /// The most records that may wait for the broker; more are answered 503 at once.
        public var inFlightLimit = 8192
        /// What a body may cost.
        public var limits = JSONLimits()
        /// Networks that callbacks may come from; empty means any, with a warning at start.
        public var allowed: [AddressBlock] = []
        /// Networks of proxies whose X-Forwarded-For is believed.
        public var trustedProxies: [AddressBlock] = []
        /// Requests a minute from one address that do not verify; 0 is no limit.
        public var unverifiedPerMinute = 60
        /// How long a stop waits for requests under way.
        public var drain = Duration.seconds(10)

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
    private let writer: LogWriter
    private let keys: Replaceable<KeyRing>
    private let telemetry: IngressTelemetry
    private let isDraining = Atomic<Bool>(false)

    public init(
        _ settings: Settings, keys: KeyRing, log: Log, metrics: MetricsRegistry
    ) throws(IngressError) {
        try settings.validate()
        var responses = Responses()
        let answers = IngressAnswers(in: &responses, retryAfter: settings.server.retryAfter)
        let telemetry = IngressTelemetry(log: log, metrics: metrics)
        let server = try Self.make(settings, responses, log, metrics)
        do throws(KafkaError) {
            writer = try LogWriter(telemetry: telemetry) { reports throws(KafkaError) in
                try AcknowledgedProducer(
                    settings.kafka, settings.producer, log: log, reports: reports)
            } reported: { report in
                let isPersisted = report.outcome == .persisted
                let answer = isPersisted ? answers.accepted : answers.unavailable
                // False: the deadline was first, and its 503 is already on its way. The record may be in the log;
                // the copy that is sent again will be recognised.
                guard server.answer(Ticket(rawValue: report.slot), with: answer) else {
                    return telemetry.callbackUnconfirmed()
                }
                isPersisted ? telemetry.callbackAccepted() : telemetry.callbackUnavailable()
            }
        } catch {
            throw .kafka(error)
        }
        self.settings = settings
        self.answers = answers
        self.telemetry = telemetry
        self.keys = Replaceable(keys)
        self.server = server
        telemetry.countOversizedBodies(of: server)
    }

    /// Listens and serves, from threads of its own. Kafka need not be there: until it is, callbacks are answered 503
    /// and ``readiness`` says why.
    public func start() throws(IngressError) {
        let origin = Origin(allowed: settings.allowed, trustedProxies: settings.trustedProxies)
        let limit = UnverifiedLimit(perMinute: settings.unverifiedPerMinute)
        do throws(HTTPError) {
            try server.start(on: settings.address) {
                CallbackHandler(
                    server: server, writer: writer, keys: keys, answers: answers, origin: origin,
                    limit: limit,
                    limits: settings.limits, telemetry: telemetry)
            }
        } catch {
            throw .http(error)
        }
        writer.watch()
        telemetry.started(allowsAnyAddress: settings.allowed.isEmpty)
    }

    /// The port it listens on.
    public var port: UInt16 { server.port }

    /// Ready while a broker answers and no stop was asked for; within 10 s of the truth.
    public var readiness: Readiness {
        var obstacles: [Readiness.Obstacle] = []
        if isDraining.load(ordering: .acquiring) {
            obstacles.append(.init("draining", "the ingress is stopping"))
        }
        if let obstacle = writer.obstacle { obstacles.append(obstacle) }
        return Readiness(obstacles)
    }

    /// Takes a new ring into use. Callbacks under way end with the ring they began with; none is refused for it.
    public func replaceKeys(_ ring: KeyRing) {
        keys.replace(ring)
        telemetry.keysReplaced(projects: ring.projectIDs.count)
    }

    /// Not ready any more, accepts no connections, brings what is under way to its answer or answers it 503, and
    /// ends. Blocks. Once, after ``start()``.
    public func stop() {
        isDraining.store(true, ordering: .releasing)
        server.stop(within: settings.drain)
        writer.close(within: .seconds(1))
    }

    private static func make(
        _ settings: Settings, _ responses: Responses, _ log: Log, _ metrics: MetricsRegistry
    ) throws(IngressError) -> Server {
        do throws(HTTPError) {
            return try Server(settings.server, responses: responses, log: log, metrics: metrics)
        } catch {
            throw .http(error)
        }
    }
}

extension IngressService.Settings {
    /// Throws where two settings contradict one another, with a sentence that names both.
    public func validate() throws(IngressError) {
        do throws(HTTPError) { try server.validate() } catch { throw .http(error) }
        guard inFlightLimit > 0 else { throw .invalidSettings("the in-flight limit is less than 1") }
        // librdkafka refuses a topic whose records would expire while they wait for company.
        guard linger < producer.messageTimeout else {
            throw .invalidSettings(
                "records wait \(linger) for others, and a request's deadline leaves them "
                    + "\(producer.messageTimeout)")
        }
    }

    /// The producer gives a record up before the request's own deadline answers for it, so that the answer says what
    /// happened.
    fileprivate var producer: AcknowledgedProducer.Settings {
        let deadline = server.deadlines.answer
        return AcknowledgedProducer.Settings(
            topic: topic, messageTimeout: deadline - min(.milliseconds(500), deadline / 4), linger: linger,
            inFlightLimit: inFlightLimit)
    }
}
