// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
internal import Telemetry

/// What a server counts and logs: one method for each observable fact.
struct HTTPTelemetry: Sendable {
    private let log: Log
    private let connections: Gauge
    private let answers: [Counter]
    private let refusals: [Counter]
    private let refusalLines: [LogInterval]
    private let overruns: [Counter]
    private let oversizedBodies = OversizedBodies()
    private let held: Histogram
    private let requests: Histogram
    private let server: String
    private let metrics: MetricsRegistry
    private let logTime: @Sendable () -> Int64

    /// How many bodies were over the limit, announced or streamed.
    private final class OversizedBodies: Sendable {
        let count = Atomic<Int>(0)
    }

    /// - Parameters:
    ///   - server: the label `server` of every metric.
    ///   - responses: the server's prepared ones; each counts under its status.
    ///   - logTime: milliseconds of a clock that never goes backwards.
    init(
        server: String, responses: Responses, log: Log, metrics: MetricsRegistry,
        logTime: @escaping @Sendable () -> Int64
    ) {
        self.logTime = logTime
        self.log = log.with(["server": .text(server)])
        self.server = server
        self.metrics = metrics
        metrics.declare(HTTPMetrics.families)
        refusalLines = GateRule.all.map { _ in LogInterval() }
        requests = metrics.histogram(HTTPMetrics.requests, server)
        held = metrics.histogram(HTTPMetrics.held, server)
        connections = metrics.gauge(HTTPMetrics.connections, server)
        answers = responses.all.map { metrics.counter(HTTPMetrics.responses, server, "\($0.status)") }
        for status in responses.madeStatuses {
            _ = metrics.counter(HTTPMetrics.responses, server, "\(status)")
        }
        refusals = GateRule.all.map { metrics.counter(HTTPMetrics.refusals, server, "\($0.name)") }
        overruns = Exchange.Phase.allCases.map { phase in
            metrics.counter(HTTPMetrics.deadlines, server, phase.waitedFor)
        }
    }

    func requestAnswered(afterMicroseconds held: Int64) { self.held.record(microseconds: Int(held)) }

    func requestEnded(afterMicroseconds duration: Int64) { requests.record(microseconds: Int(duration)) }

    /// - Parameter notAfter: Unix seconds, below zero where it is not known.
    func certificateLoaded(notAfter: Int) {
        guard notAfter >= 0 else { return }
        metrics.timestamp(HTTPMetrics.certificate, server).set(milliseconds: Int64(notAfter) * 1000)
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

    /// A response that was made for this request: only the ports of operators and of the simulator have any,
    /// so the look-up of the series costs no request.
    func answered(withStatus status: Int) {
        metrics.counter(HTTPMetrics.responses, server, "\(status)").add()
    }

    func refused(by rule: Int) {
        refusals[rule].add()
        if GateRule.all[rule].status == 413 { oversizedBody() }
        // A malformed request comes from anyone who scans the network; the others may come from the platform.
        guard GateRule.all[rule].status != 400, let omitted = refusalLines[rule].next(at: logTime()) else {
            return
        }
        log.warning(
            "a request was refused by its head", next: "if the platform sent it, the callback is lost",
            advice: "look for a proxy that changes requests before they arrive here",
            [
                "status": .integer(GateRule.all[rule].status), "rule": .text("\(GateRule.all[rule].name)"),
                "more_since_last_line": .integer(omitted),
            ])
    }

    func oversizedBody() { oversizedBodies.count.wrappingAdd(1, ordering: .relaxed) }
    var oversizedBodyCount: Int { oversizedBodies.count.load(ordering: .relaxed) }

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
