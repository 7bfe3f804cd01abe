// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization
internal import System
public import Telemetry
internal import WebClient

/// Sends ended spans to a collector as OTLP/HTTP JSON, from a separate thread.
///
/// A collector that is away or slow costs spans, which are counted, and nothing else: the queue is bounded
/// and no thread waits for it.
public final class TraceExporter: Sendable {
    /// What one request carries at most.
    private static let batch = 512
    private static let interval = DispatchTimeInterval.seconds(1)

    /// What every service declares, whether it sends spans or not.
    public static var metricFamilies: [MetricFamily] { TraceMetrics.families }

    /// For the service.
    public let tracer: Tracer
    private let settings: TraceSettings
    private let version: String
    private let queue: SpanQueue
    private let telemetry: TraceTelemetry
    private let isStopping = Atomic<Bool>(false)
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    public init(_ settings: TraceSettings, version: String, log: Log, metrics: MetricsRegistry) {
        self.settings = settings
        self.version = version
        queue = SpanQueue(dropped: metrics.counter(TraceMetrics.dropped, "queue"))
        tracer = Tracer(settings.sampler, queue: queue)
        telemetry = TraceTelemetry(log: log, metrics: metrics)
    }

    /// Begins to send, on a separate thread until ``stop(within:)``. Once.
    public func start() {
        telemetry.started(settings.endpoint.origin)
        OSThread(name: "traces") { [self] in
            while !isStopping.load(ordering: .acquiring) {
                sendAll()
                _ = wake.wait(timeout: .now() + Self.interval)
            }
            sendAll()
            ended.signal()
        }.detach()
    }

    /// Sends what waits, as far as that takes no longer than `limit`, and ends.
    public func stop(within limit: Duration) {
        isStopping.store(true, ordering: .releasing)
        wake.signal()
        let milliseconds = Int(limit / .milliseconds(1))
        _ = ended.wait(timeout: .now() + .milliseconds(milliseconds))
    }

    private func sendAll() {
        while true {
            let spans = queue.take(Self.batch)
            guard !spans.isEmpty else { return }
            let isSent = send(spans, within: settings.timeout)
            // A collector that does not answer must not hold up the stop for each batch.
            if isStopping.load(ordering: .acquiring), !isSent { return }
        }
    }

    /// Whether the collector accepted them.
    private func send(_ spans: [TraceSpan], within limit: Duration) -> Bool {
        let body = OTLPEncoder.request(spans, resource: settings.resource, version: version)
        var request = WebRequest.json(body, to: settings.endpoint)
        request.fields += settings.headers
        let sender = RequestSender(
            .init(
                connectTimeout: min(limit, .seconds(5)), timeout: limit, responseLimit: 1 << 16,
                authorityFile: settings.authorityFile, allowsPlainHTTP: true))
        do throws(WebError) {
            let response = try sender.send(request)
            if (200..<300).contains(response.status) {
                telemetry.exported(spans.count)
                return true
            }
            telemetry.refused(spans.count, "the collector answered \(response.status)")
        } catch {
            telemetry.refused(spans.count, error.description)
        }
        return false
    }
}

/// What the exporter reports.
private struct TraceTelemetry: Sendable {
    private let log: Log
    private let exportedSpans: Counter
    private let failedSpans: Counter
    private let interval = LogInterval()

    init(log: Log, metrics: MetricsRegistry) {
        self.log = log
        exportedSpans = metrics.counter(TraceMetrics.exported)
        failedSpans = metrics.counter(TraceMetrics.dropped, "export")
    }

    func started(_ collector: String) {
        log.info("sending traces", ["collector": .text(collector)])
    }

    func exported(_ count: Int) { exportedSpans.add(count) }

    func refused(_ count: Int, _ reason: String) {
        failedSpans.add(count)
        guard let omitted = interval.next() else { return }
        log.warning(
            "spans were not sent and are dropped", next: "callbacks are not affected",
            advice: "look at the collector and OTEL_EXPORTER_OTLP_ENDPOINT",
            ["spans": .integer(count), "reason": .text(reason), "omitted": .integer(omitted)])
    }
}
