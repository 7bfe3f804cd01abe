// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// The metrics of a reconciliation.
enum ReconcileMetrics {
    static let requests = MetricFamily.counter(
        "tidings_reconcile_requests_total", "Payments that the platform was asked about, by result.",
        .closed("result", ReconcileResult.Kind.allCases.map(\.rawValue) + ["limited"]))
    static let operations = MetricFamily.counter(
        "tidings_reconcile_operations_total",
        "Operations in the platform's answers: written as callbacks, unchanged or unusable.",
        .closed("result", ["written", "unchanged", "unusable"]))
    static let waiting = MetricFamily.gauge(
        "tidings_reconcile_waiting_payments", "Payments without a final status.")
    static let oldest = MetricFamily.gauge(
        "tidings_reconcile_oldest_payment_seconds",
        "The time since the last event of the payment that has waited longest for a final status.")
    static let givenUp = MetricFamily.counter(
        "tidings_reconcile_given_up_total",
        "Payments that had no final status until reconcile.until.")

    static let families = [requests, operations, waiting, oldest, givenUp]
}
