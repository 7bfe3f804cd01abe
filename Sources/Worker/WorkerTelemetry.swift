internal import Payments
internal import StateStore
public import Telemetry

/// What can be observed of a worker: one method for each fact, which logs it and counts it at once. Made once
/// for a process; safe from any thread.
public struct WorkerTelemetry: Sendable {
    let log: Log
    let metrics: MetricsRegistry
    private let decisions: [Counter]
    private let unknownStatuses: Counter
    private let unreadLines: Counter
    private let trimmed: Counter
    private let removed: Counter
    private let batches: Counter
    private let batchRecords: Counter
    private let aborted: Counter
    private let dropped: Counter
    private let failedCalls: Counter
    private let replacedProducers: Counter
    private let unknownCommits: Counter
    private let rebalances: Counter
    private let commitDuration: Histogram
    private let restoreLeft: Gauge
    private let restoreSeconds: Gauge
    private let restoredRecords: Counter
    package let progress: ProgressMetrics

    /// Nil where tracing is off.
    let traces: WorkerTraces?

    public init(log: Log, metrics: MetricsRegistry, traces: WorkerTraces? = nil) {
        self.log = log
        self.metrics = metrics
        self.traces = traces
        decisions = Decision.allCases.map { decision in
            metrics.counter(
                "tidings_worker_callbacks_total", help: "Callbacks decided, by decision.",
                labels: ["decision": "\(decision.name)"])
        }
        unknownStatuses = metrics.counter(
            "tidings_worker_unknown_statuses_total", help: "Callbacks that reported a status unknown here.")
        unreadLines = metrics.counter(
            "tidings_worker_unread_lines_total", help: "Signed lines that this version does not read.")
        trimmed = metrics.counter(
            "tidings_worker_memories_trimmed_total", help: "Memories whose detail expired.")
        removed = metrics.counter(
            "tidings_worker_memories_removed_total", help: "Memories that expired whole.")
        batches = metrics.counter("tidings_worker_batches_total", help: "Transactions committed.")
        batchRecords = metrics.counter(
            "tidings_worker_batch_records_total", help: "Callbacks in committed transactions.")
        aborted = metrics.counter(
            "tidings_worker_batches_aborted_total", help: "Transactions aborted and tried again.")
        dropped = metrics.counter(
            "tidings_worker_batches_dropped_total", help: "Batches dropped, to be read again.")
        failedCalls = metrics.counter(
            "tidings_worker_failed_calls_total", help: "Calls to Kafka that failed and may be made again.")
        replacedProducers = metrics.counter(
            "tidings_worker_producers_replaced_total", help: "Transactional producers replaced.")
        unknownCommits = metrics.counter(
            "tidings_worker_commits_unknown_total",
            help: "Commits whose outcome was unknown until the worker had restored.")
        rebalances = metrics.counter(
            "tidings_worker_rebalances_total", help: "Changes of the assignment.")
        commitDuration = metrics.histogram(
            "tidings_worker_batch_seconds", help: "From the first decision of a batch to its commit.")
        restoreLeft = metrics.gauge(
            "tidings_worker_restore_records_left", help: "Changelog offsets that a restore has still to pass."
        )
        restoreSeconds = metrics.gauge(
            "tidings_worker_restore_seconds", help: "How long the restore has taken so far, or took.")
        restoredRecords = metrics.counter(
            "tidings_worker_restored_records_total",
            help: "Changelog records read by restores, without the progress.")
        progress = ProgressMetrics(metrics)
    }

    // MARK: Assignment and restore

    func assignmentChanged(_ event: AssignmentEvent) {
        rebalances.add()
        switch event {
        case .assigned(let partitions):
            log.info("partitions assigned", ["partitions": .integer(partitions.count)])
        case .revoked(let lost):
            log.info("partitions revoked", ["lost": .flag(lost)])
        }
    }

    func restoreBegan(_ partitions: Int) {
        restoreSeconds.set(0)
        log.info("restore began", ["partitions": .integer(partitions)])
    }

    func storeOpened(_ partition: Int32, _ output: StoreCondition) {
        switch output {
        case .open(let position):
            metrics.counter(
                "tidings_worker_tables_opened_total", help: "Local tables opened, by what was found.",
                labels: ["verdict": "rolled-forward"]
            ).add()
            log.info(
                "table opened", ["partition": .integer(partition), "position": .integer(position)])
        case .rebuild(let reason):
            metrics.counter(
                "tidings_worker_tables_opened_total", help: "Local tables opened, by what was found.",
                labels: ["verdict": "\(reason.name)"]
            ).add()
            log.info(
                "table is rebuilt from the changelog",
                ["partition": .integer(partition), "reason": .text("\(reason)")])
        }
    }

    /// - Parameter isLogged: the metrics follow every chunk, the log once a second.
    func restoreProgressed(recordsLeft: Int64, since began: ContinuousClock.Instant, isLogged: Bool) {
        let seconds = Int(began.duration(to: .now).components.seconds)
        restoreLeft.set(Int(recordsLeft))
        restoreSeconds.set(seconds)
        guard isLogged else { return }
        log.info(
            "restoring", ["left_records": .integer(recordsLeft), "duration_seconds": .integer(seconds)])
    }

    func restoreEnded(partitions: Int, records: Int, since began: ContinuousClock.Instant) {
        let duration = began.duration(to: .now)
        restoreLeft.set(0)
        restoreSeconds.set(Int(duration.components.seconds))
        restoredRecords.add(records)
        log.info(
            "restore ended",
            [
                "partitions": .integer(partitions), "records": .integer(records),
                "duration_milliseconds": .integer(duration.wholeMicroseconds / 1000),
            ])
    }

    func stateFailed(_ error: StateError, partition: Int32) {
        metrics.counter("tidings_worker_state_failures_total", help: "Failures of the local state.").add()
        log.error("state failed", ["partition": .integer(partition), "error": .text(error.description)])
    }

    // MARK: Batches

    func batchCommitted(_ tally: DecisionTally, records: Int, duration: Duration) {
        batches.add()
        batchRecords.add(records)
        commitDuration.record(microseconds: duration.wholeMicroseconds)
        for index in decisions.indices where tally.decisions[index] > 0 {
            decisions[index].add(tally.decisions[index])
        }
        if tally.unknownStatuses > 0 { unknownStatuses.add(tally.unknownStatuses) }
        if tally.unreadLines > 0 { unreadLines.add(tally.unreadLines) }
        if tally.trimmed > 0 { trimmed.add(tally.trimmed) }
        if tally.removed > 0 { removed.add(tally.removed) }
        for reason in tally.reasons {
            metrics.counter(
                "tidings_worker_held_back_total",
                help: "Callbacks not published as a status, by decision and reason.",
                labels: ["decision": "\(reason.decision.name)", "reason": "\(reason.reason)"]
            ).add(reason.count)
        }
    }

    /// A person should look: the platform contradicts itself, or a clock is wrong.
    func alarmed(_ output: RecordOutput, at place: RecordPlace) {
        log.warning(
            "callback needs a person",
            [
                "decision": .text("\(output.decision.name)"), "reason": .text("\(output.reason)"),
                "partition": .integer(place.partition), "offset": .integer(place.offset),
            ])
    }

    func batchAborted(_ error: ClientError, records: Int, attempt: Int) {
        aborted.add()
        log.warning(
            "transaction aborted, the batch is tried again",
            ["error": .text(error.description), "records": .integer(records), "attempt": .integer(attempt)])
    }

    func batchDropped(_ error: ClientError) {
        dropped.add()
        log.warning("batch dropped, to be read again", ["error": .text(error.description)])
    }

    /// A topic or the cluster refuses what is published.
    ///
    /// - Parameter isLogged: the metric counts each refusal, the log has the first and then one a minute.
    func refused(_ cause: ClientError.Cause, isLogged: Bool) {
        metrics.counter(
            "tidings_worker_refused_total",
            help: "Attempts to publish that a topic or the cluster refused, by Kafka's name of the error.",
            labels: ["error": cause.name, "topic": cause.topic ?? ""]
        ).add()
        guard isLogged else { return }
        log.error(
            "cannot publish; not ready, trying again until it succeeds",
            [
                "error": .text(cause.name), "topic": .text(cause.topic ?? ""),
                "message": .text(cause.message),
            ])
    }

    func refusalsEnded() { log.info("publishing succeeds again") }

    func callFailed(_ error: ClientError) {
        failedCalls.add()
        log.warning("call to Kafka failed", ["error": .text(error.description)])
    }

    func commitOutcomeUnknown(_ cause: ClientError.Cause) {
        unknownCommits.add()
        log.warning(
            "commit outcome unknown; replacing the producer and restoring",
            ["error": .text(cause.description)])
    }

    func producerTooSlow() {
        log.warning(
            "a transaction took longer than socket.timeout.ms; replacing the producer and restoring")
    }

    func producerReplaced() {
        replacedProducers.add()
        log.info("transactional producer replaced")
    }

    // MARK: Life

    func closed() {
        log.info("worker closed")
    }

    func fenced(_ why: String, pause: Duration) {
        log.warning(
            "fenced by another live worker with this slot, or by the group; building the clients again",
            ["error": .text(why), "pause_milliseconds": .integer(pause.wholeMicroseconds / 1000)])
    }

    func ended(_ end: WorkerEnd) {
        log.error("worker ended", ["reason": .text(end.reason)])
    }
}

extension Duration {
    /// Rounded down; the longest that matters here is far below Int's end.
    var wholeMicroseconds: Int {
        Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
    }
}
