// SPDX-License-Identifier: Apache-2.0
internal import Gate
internal import Payments
public import Telemetry

/// What can be observed of a reconciliation: one method for each fact, which logs it and counts it.
/// Safe from any thread.
public struct ReconcileTelemetry: Sendable {
    let log: Log
    private let requests: [Counter]
    private let limited: Counter
    private let written: Counter
    private let unchanged: Counter
    private let unusable: Counter
    private let waiting: Gauge
    private let oldest: Gauge
    private let givenUp: Counter

    /// Every metric of a reconciliation.
    public static var metricFamilies: [MetricFamily] { ReconcileMetrics.families }

    public init(log: Log, metrics: MetricsRegistry) {
        self.log = log
        metrics.declare(ReconcileMetrics.families)
        requests = ReconcileResult.Kind.allCases.map {
            metrics.counter(ReconcileMetrics.requests, $0.rawValue)
        }
        limited = metrics.counter(ReconcileMetrics.requests, "limited")
        written = metrics.counter(ReconcileMetrics.operations, "written")
        unchanged = metrics.counter(ReconcileMetrics.operations, "unchanged")
        unusable = metrics.counter(ReconcileMetrics.operations, "unusable")
        waiting = metrics.gauge(ReconcileMetrics.waiting)
        oldest = metrics.gauge(ReconcileMetrics.oldest)
        givenUp = metrics.counter(ReconcileMetrics.givenUp)
    }

    func found(_ payments: WaitingPayments, at now: Timestamp) {
        waiting.set(payments.count)
        oldest.set(Int(payments.oldest(at: now).components.seconds))
    }

    func gaveUp(_ count: Int) {
        guard count > 0 else { return }
        givenUp.add(count)
        log.warning(
            "payments have no final status and are too old to ask about", next: "they are given up",
            advice: "look at them with `tidings status`, or raise reconcile.until",
            ["payments": .integer(count)])
    }

    func requested(_ payment: WaitingPayment, _ result: ReconcileResult) {
        for (kind, counter) in zip(ReconcileResult.Kind.allCases, requests) where kind == result.kind {
            counter.add()
        }
        let project = LogValue.integer(Int(payment.projectID))
        let id = LogValue.text(payment.paymentID)
        switch result {
        case .answered(let status, let count, let same, let lost):
            written.add(count)
            unchanged.add(same)
            unusable.add(lost)
            if lost > 0 { logLost(lost, project: project, payment: id) }
            log.info(
                "payment reconciled",
                [
                    "project": project, "payment": id, "status": .text(status),
                    "callbacks": .integer(count),
                ])
        case .notFound(let refusal):
            log.info(
                "the platform does not know the payment",
                ["project": project, "payment": id, "code": .text(refusal.code ?? "")])
        case .refused(let refusal):
            log.error(
                "the platform refused a status request",
                next: "the payment is asked about again later, or by the next run",
                advice: "correct what `reason` names: the key, gate.url or the project",
                ["project": project, "payment": id, "reason": .text("\(refusal)")])
        case .unanswered(let reason):
            log.warning(
                "a status request has no readable answer", next: "it is sent again later",
                advice: "look at gate.url and the platform's state if it lasts",
                ["project": project, "payment": id, "reason": .text(reason)])
        case .unwritten(let reason):
            log.error(
                "an answer could not be written to Kafka", next: "the platform is asked again later",
                advice: "correct what `reason` names: the topic, its limits or the rights",
                ["project": project, "payment": id, "reason": .text(reason)])
        case .withoutKey:
            log.warning(
                "the keys file has no active key of the project",
                next: "the platform is not asked about this payment",
                advice: "add an active key of the project to the keys file",
                ["project": project, "payment": id])
        }
    }

    private func logLost(_ operations: Int, project: LogValue, payment: LogValue) {
        log.warning(
            "operations of an answer are not callbacks",
            next: "they are left out and the others are written",
            advice: "compare the payment with the platform's own record",
            ["project": project, "payment": payment, "operations": .integer(operations)])
    }

    func wasLimited(pause: Duration) {
        limited.add()
        log.warning(
            "the platform limits status requests", next: "pausing",
            advice: "lower reconcile.rate if it repeats",
            ["seconds": .integer(Int(pause / .seconds(1)))])
    }
}
