import Telemetry

/// What is reported of the keys file while a service runs: never a secret, nor anything of one.
struct KeysTelemetry {
    private let log: Log
    private let read: Counter
    private let refused: Counter
    private let isBroken: Gauge

    init(log: Log, metrics: MetricsRegistry) {
        self.log = log
        let help: StaticString = "Readings of the keys file after the start, by their result"
        read = metrics.counter("tidings_keys_file_reads_total", help: help, labels: ["result": "used"])
        refused = metrics.counter("tidings_keys_file_reads_total", help: help, labels: ["result": "refused"])
        isBroken = metrics.gauge(
            "tidings_keys_file_broken",
            help: "1 while the keys file cannot be used and older keys are in force")
    }

    func keysRead(_ keys: KeysFile) {
        read.add()
        isBroken.set(0)
        log.info("the keys file was read again", ["projects": .integer(keys.projects.count)])
    }

    func keysRefused(_ error: ConfigurationError) {
        refused.add()
        isBroken.set(1)
        for problem in error.problems {
            log.error(
                "the keys file cannot be used, the older keys stay in force",
                [
                    "file": .text(problem.file ?? ""), "line": .integer(problem.line ?? 0),
                    "reason": .text(problem.message),
                ])
        }
    }
}
