// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// The metrics of a server.
enum HTTPMetrics {
    private static let server = MetricFamily.Label.open(
        "server", "`callbacks`, `management`, or `platform` of the simulator")

    static let requests = MetricFamily.histogram(
        "tidings_http_request_duration_seconds",
        "Duration of a request, from its first byte until the answer was written.", server)
    static let held = MetricFamily.histogram(
        "tidings_http_held_seconds",
        "How long verified callbacks waited for Kafka's confirmation, or for their deadline.", server)
    static let connections = MetricFamily.gauge("tidings_http_connections", "Open connections.", server)
    static let responses = MetricFamily.counter(
        "tidings_http_responses_total",
        "Responses by HTTP status. Requests refused by their head are in tidings_http_refused_total.",
        server, .open("status", "the HTTP status"))
    static let refusals = MetricFamily.counter(
        "tidings_http_refused_total", "Requests refused by their head alone, by the rule they broke.",
        server, .closed("rule", GateRule.all.map { "\($0.name)" }))
    static let deadlines = MetricFamily.counter(
        "tidings_http_deadlines_total", "Deadlines passed, by what the server waited for.",
        server, .closed("phase", ["request", "headers", "body", "answer", "write"]))
    static let certificate = MetricFamily.gauge(
        "tidings_certificate_not_after_timestamp_seconds",
        "When the certificate of the server expires, in Unix seconds.", server)

    static let families = [
        requests, held, connections, responses, refusals, deadlines, certificate,
    ]
}
