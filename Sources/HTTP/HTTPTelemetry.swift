internal import Telemetry

/// What a server counts and logs: one method for each observable fact.
struct HTTPTelemetry: Sendable {
    private let log: Log
    private let connections: Gauge
    private let answers: [Counter]
    private let refusals: [Counter]
    private let refusalLines: [LogInterval]
    private let overruns: [Counter]
    private let oversizedBodies: Counter
    private let held: Histogram
    private let requests: Histogram
    private let server: String
    private let metrics: MetricsRegistry
    private static let notAfterHelp: StaticString =
        "When the certificate of the server expires, in Unix seconds."

    /// - Parameters:
    ///   - server: the label `server` of every metric.
    ///   - responses: the server's own among them; each counts under its status.
    init(server: String, responses: Responses, log: Log, metrics: MetricsRegistry) {
        self.log = log.with(["server": .text(server)])
        self.server = server
        self.metrics = metrics
        metrics.declareGauge("tidings_certificate_not_after_timestamp_seconds", help: Self.notAfterHelp)
        refusalLines = GateRule.all.map { _ in LogInterval() }
        requests = metrics.histogram(
            "tidings_http_request_duration_seconds",
            help: "From the request line to the end of the request.", labels: ["server": server])
        connections = metrics.gauge(
            "tidings_http_connections", help: "Connections open now.", labels: ["server": server])
        answers = responses.all.map { response in
            metrics.counter(
                "tidings_http_responses_total", help: "Answers given, by status.",
                labels: ["server": server, "status": "\(response.status)"])
        }
        refusals = GateRule.all.map { rule in
            metrics.counter(
                "tidings_http_refused_total",
                help: "Requests refused by their head alone, by the rule they broke.",
                labels: ["server": server, "rule": "\(rule.name)"])
        }
        overruns = Exchange.Phase.allCases.map { phase in
            metrics.counter(
                "tidings_http_deadlines_total", help: "Absolute deadlines passed, by what was waited for.",
                labels: ["server": server, "phase": phase.waitedFor])
        }
        held = metrics.histogram(
            "tidings_http_held_seconds", help: "From holding a request to taking up its answer.",
            labels: ["server": server])
        oversizedBodies = metrics.counter(
            "tidings_http_oversized_bodies_total",
            help:
                "Bodies over the limit, announced or streamed. A platform re-sends such a callback and gives up.",
            labels: ["server": server])
    }

    func requestAnswered(afterMicroseconds held: Int64) { self.held.record(microseconds: Int(held)) }

    func requestEnded(afterMicroseconds duration: Int64) { requests.record(microseconds: Int(duration)) }

    /// - Parameter notAfter: Unix seconds, below zero where it is not known.
    func certificateLoaded(notAfter: Int) {
        guard notAfter >= 0 else { return }
        metrics.gauge(
            "tidings_certificate_not_after_timestamp_seconds", help: Self.notAfterHelp,
            labels: ["server": server]
        ).set(notAfter)
    }

    func started(on address: String) {
        log.info("listening", ["address": .text(address)])
    }

    func stopped(heldRequests: Int) {
        log.info("stopped listening", ["answered_503": .integer(heldRequests)])
    }

    func connectionOpened() { connections.add(1) }
    func connectionClosed() { connections.add(-1) }

    func answered(_ answer: Answer) { answers[Int(answer.index)].add() }

    func refused(by rule: Int) {
        refusals[rule].add()
        if GateRule.all[rule].status == 413 { oversizedBody() }
        // A malformed request comes from anyone who scans the network; the others may come from the platform.
        guard GateRule.all[rule].status != 400, let omitted = refusalLines[rule].next() else { return }
        log.warning(
            "a request was refused by its head; if the platform sent it, the callback is lost",
            [
                "status": .integer(GateRule.all[rule].status), "rule": .text("\(GateRule.all[rule].name)"),
                "more_since_last_line": .integer(omitted),
            ])
    }

    func oversizedBody() { oversizedBodies.add() }
    var oversizedBodyCount: Int { oversizedBodies.value }

    func deadlinePassed(in phase: Exchange.Phase) { overruns[Int(phase.rawValue)].add() }
}

extension Exchange.Phase {
    fileprivate var waitedFor: String {
        switch self {
        case .idle: "request"
        case .opened: "headers"
        case .reading: "body"
        case .held: "answer"
        case .answered, .sending: "write"
        }
    }
}
