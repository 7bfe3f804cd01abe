internal import Telemetry

/// What a server tells of itself: one method for each observable fact.
struct HTTPTelemetry: Sendable {
    private let log: Log
    private let connections: Gauge
    private let answers: [Counter]
    private let refusals: [Counter]
    private let overruns: [Counter]
    private let oversizedBodies: Counter
    private let held: Histogram

    /// - Parameters:
    ///   - server: the label `server` of every metric.
    ///   - responses: the server's own among them; each counts under its status.
    init(server: String, responses: Responses, log: Log, metrics: MetricsRegistry) {
        self.log = log.with(["server": .text(server)])
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
