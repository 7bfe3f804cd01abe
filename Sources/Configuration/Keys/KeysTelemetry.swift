// SPDX-License-Identifier: Apache-2.0
import Telemetry

/// What is reported of the keys file while a service runs: never a secret, nor anything of one.
struct KeysTelemetry {
    private let log: Log
    private let read: Counter
    private let refused: Counter
    private let isBroken: Gauge
    private let expiry: KeyExpiry

    init(log: Log, metrics: MetricsRegistry) {
        self.log = log
        metrics.declare(KeysMetrics.families)
        read = metrics.counter(KeysMetrics.reads, "used")
        refused = metrics.counter(KeysMetrics.reads, "refused")
        isBroken = metrics.gauge(KeysMetrics.broken)
        expiry = KeyExpiry(metrics: metrics)
    }

    /// The keys that the service starts with.
    func keysFirstRead(_ keys: KeysFile) { expiry.show(keys.projects) }

    func keysRead(_ keys: KeysFile) {
        read.add()
        isBroken.set(0)
        expiry.show(keys.projects)
        log.info("keys file read again", ["projects": .integer(keys.projects.count)])
    }

    func keysRefused(_ error: ConfigurationError) {
        refused.add()
        isBroken.set(1)
        for problem in error.problems {
            log.error(
                "cannot use the keys file", next: "the older keys stay in force until it is repaired",
                advice: "correct it; `tidings config check` names each fault",
                [
                    "file": .text(problem.file ?? ""), "line": .integer(problem.line ?? 0),
                    "reason": .text(problem.message),
                ])
        }
    }
}
