// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// What the simulator counts. Safe from any thread.
struct PlatformTelemetry: Sendable {
    private static let requests = MetricFamily.counter(
        "tidings_platform_requests_total", "Requests to Gate, by result.",
        .closed("result", ["accepted", "refused"]))
    private static let deliveries = MetricFamily.counter(
        "tidings_platform_deliveries_total",
        "Attempts to deliver a callback: accepted is an answer of 200, refused is any other status.",
        .closed("result", ["accepted", "refused", "unanswered"]))
    private static let givenUp = MetricFamily.counter(
        "tidings_platform_given_up_total", "Callbacks whose last attempt was not accepted.")
    private static let waiting = MetricFamily.gauge(
        "tidings_platform_waiting_callbacks", "Callbacks that wait for an attempt.")

    static let families = [requests, deliveries, givenUp, waiting]

    private let accepted: Counter
    private let refused: Counter
    private let delivered: Counter
    private let rejected: Counter
    private let unanswered: Counter
    private let abandoned: Counter

    init(_ metrics: MetricsRegistry) {
        metrics.declare(Self.families)
        accepted = metrics.counter(Self.requests, "accepted")
        refused = metrics.counter(Self.requests, "refused")
        delivered = metrics.counter(Self.deliveries, "accepted")
        rejected = metrics.counter(Self.deliveries, "refused")
        unanswered = metrics.counter(Self.deliveries, "unanswered")
        abandoned = metrics.counter(Self.givenUp)
    }

    /// Publishes how many callbacks wait in a delivery.
    func show(_ delivery: CallbackDelivery, in metrics: MetricsRegistry) {
        metrics.read(Self.waiting) { Double(delivery.waitingCount) }
    }

    func count(_ event: PlatformEvent) {
        switch event {
        case .request(_, let status, _, _):
            (status == 200 ? accepted : refused).add()
        case .callback(let delivery):
            if delivery.isAccepted {
                delivered.add()
            } else {
                // A lost answer has a status and an error.
                (delivery.status == nil || delivery.error != nil ? unanswered : rejected).add()
                if delivery.nextAfter == nil { abandoned.add() }
            }
        }
    }
}
