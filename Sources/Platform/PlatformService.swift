// SPDX-License-Identifier: Apache-2.0
internal import Gate
public import HTTP
public import Payments
internal import System
public import Telemetry
public import WebClient

/// A simulator of the platform: the Gate API, a Payment Page, a bank, and signed callbacks.
public final class PlatformService: Sendable {
    public struct Settings: Sendable {
        public var address: BindAddress
        /// Where callbacks are posted to; nil sends none.
        public var callbackURL: WebAddress?
        /// Whether callbacks may be sent to another machine.
        public var allowsRemote: Bool
        /// Every wait is multiplied by it.
        public var timeScale: Double
        /// What verifies requests and links.
        public var keys: KeyRing
        /// What signs callbacks, by project.
        public var secrets: [Int64: [UInt8]]
        public var scenarios: [Scenario]
        /// Of ids and tokens.
        public var seed: UInt64
        /// How long an answer to a callback is waited for.
        public var callbackTimeout: Duration
        /// Keeps the payments; without it they are in memory alone.
        public var payments: PaymentFile?

        public init(
            address: BindAddress, callbackURL: WebAddress?, keys: KeyRing, secrets: [Int64: [UInt8]],
            scenarios: [Scenario] = [], timeScale: Double = 1, allowsRemote: Bool = false,
            seed: UInt64 = .random(in: .min ... .max), callbackTimeout: Duration = .seconds(5),
            payments: PaymentFile? = nil
        ) {
            self.address = address
            self.callbackURL = callbackURL
            self.allowsRemote = allowsRemote
            self.timeScale = timeScale
            self.keys = keys
            self.secrets = secrets
            self.scenarios = scenarios
            self.seed = seed
            self.callbackTimeout = callbackTimeout
            self.payments = payments
        }
    }

    private let settings: Settings
    private let server: Server
    private let delivery: CallbackDelivery
    private let engine: PlatformEngine
    private let metrics: MetricsRegistry
    private let report: @Sendable (PlatformEvent) -> Void

    /// Every metric of a simulator beyond those of its server.
    public static var metricFamilies: [MetricFamily] { PlatformTelemetry.families }

    /// - Parameter report: is called for each request to Gate and each attempt to deliver, from several
    ///   threads.
    public init(
        _ settings: Settings, log: Log, metrics: MetricsRegistry,
        report: @escaping @Sendable (PlatformEvent) -> Void
    ) throws(HTTPError) {
        let telemetry = PlatformTelemetry(metrics)
        let report: @Sendable (PlatformEvent) -> Void = { event in
            telemetry.count(event)
            report(event)
        }
        self.settings = settings
        self.metrics = metrics
        self.report = report
        var server = ServerSettings()
        server.name = "platform"
        let ledger = PaymentLedger(
            seed: settings.seed, firstOperation: WallClock.seconds * 1000, file: settings.payments)
        delivery = CallbackDelivery(
            timeScale: settings.timeScale, timeout: settings.callbackTimeout, report: report
        ) { callback in
            if callback.isOfScenario { ledger.put(callback.payment) }
        }
        telemetry.show(delivery, in: metrics)
        engine = PlatformEngine(settings, ledger: ledger, delivery: delivery)
        self.server = try Server(server, responses: Responses(), log: log, metrics: metrics)
    }

    /// Listens, and delivers from now on.
    public func start() throws(HTTPError) {
        // Port 0 is the system's choice, which the pages' addresses must contain: they are made per request.
        let origin = Replaceable("")
        try server.start(on: settings.address) {
            PlatformHandler(
                gate: GateAPI(engine: engine, keys: settings.keys, origin: origin),
                pages: PlatformPages(engine: engine, keys: settings.keys),
                control: PlatformControl(settings, engine: engine, delivery: delivery, origin: origin),
                metrics: metrics, report: report)
        }
        let host = settings.address.host == "0.0.0.0" ? "127.0.0.1" : settings.address.host
        origin.replace("http://\(BindAddress(host: host, port: server.port))")
        delivery.start()
    }

    public var port: UInt16 { server.port }

    /// Answers what is in progress and ends the attempt that is being made. Callbacks that wait are dropped.
    public func stop() {
        server.stop(within: .seconds(1))
        delivery.stop()
    }
}
