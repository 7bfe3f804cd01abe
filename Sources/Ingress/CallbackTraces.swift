// SPDX-License-Identifier: Apache-2.0
internal import HTTP
internal import Kafka
internal import Payments
internal import Telemetry
internal import Synchronization

/// What a callback's record carries as its `traceparent`.
enum CallbackTrace {
    case none
    /// What a trusted proxy sent, unchanged.
    case received
    /// The span that writes the record.
    case recorded(TraceContext)
}

/// The spans of callbacks: one from the request to the answer, and within it one from the producer to the
/// broker's report. Any thread; only what is recorded takes the lock.
final class CallbackTraces: Sendable {
    struct Spans {
        var server: TraceSpan
        var send: TraceSpan
    }

    private let tracer: Tracer
    private let topic: String
    private let sendName: String
    /// Of held requests, by their ticket. As many as there are reports to come, at most.
    private let held = Mutex<[UInt64: Spans]>([:])

    init(_ tracer: Tracer, topic: String) {
        self.tracer = tracer
        self.topic = topic
        sendName = "\(topic) send"
    }

    /// The caller's span, where the request names one.
    static func parent(in request: borrowing Request) -> TraceContext? {
        request.withField(Receipt.Header.traceparent) { TraceContext($0) } ?? nil
    }

    /// Begins both spans; nil if the trace is not recorded.
    func begin(below parent: TraceContext?) -> Spans? {
        guard var server = tracer.begin("callbacks receive", .server, parent: parent) else { return nil }
        server.set("http.request.method", .text("POST"))
        var send = tracer.begin(sendName, .producer, in: server)
        send.set("messaging.system", .text("kafka"))
        send.set("messaging.operation.name", .text("send"))
        send.set("messaging.operation.type", .text("send"))
        send.set("messaging.destination.name", .text(topic))
        return Spans(server: server, send: send)
    }

    /// Keeps the spans until the report. Called before the record is produced.
    func hold(_ spans: Spans, for ticket: Ticket) {
        held.withLock { $0[ticket.rawValue] = spans }
    }

    /// Ends the spans of a request that was held, if it is recorded.
    func end(_ ticket: Ticket, status: Int, failure: KafkaError.Code? = nil) {
        guard var spans = held.withLock({ $0.removeValue(forKey: ticket.rawValue) }) else { return }
        if status != 200 { spans.send.fail() }
        if let failure { spans.send.set("error.type", .text(failure.name)) }
        tracer.end(spans.send)
        end(spans, status: status)
    }

    /// Ends the span of a request, and of nothing that was sent.
    func end(_ spans: Spans, status: Int) {
        var server = spans.server
        server.set("http.response.status_code", .integer(status))
        // A refusal is the caller's error (OpenTelemetry, HTTP server spans).
        if status >= 500 { server.fail() }
        tracer.end(server)
    }
}
