// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
internal import StateStore
internal import System
public import Telemetry

/// What can be observed of a worker: one method for each fact, which logs it and counts it. Made once
/// for a process; safe from any thread.
public struct WorkerTelemetry: Sendable {
    let log: Log
    private let metrics: MetricsRegistry
    private let decisions: [Counter]
    private let unknownStatuses: Counter
    private let unreadLines: Counter
    private let trimmed: Counter
    private let removed: Counter
    private let endToEnd: Histogram
    private let receiptToCommit: Histogram
    /// By outcome.
    private let transactions: [Counter]
    private let transactionDuration: Histogram
    private let dropped: Counter
    private let failedCalls: Counter
    private let replacedProducers: Counter
    private let rebalances: Counter
    private let stateFailures: Counter
    private let restoreDuration: Histogram
    private let restoredRecords: Counter
    private let abortedLines = LogIntervals()
    private let droppedLines = LogIntervals()
    private let failedCallLines = LogIntervals()
    /// Milliseconds of a clock that never goes backwards, for the lines that are limited.
    private let logTime: @Sendable () -> Int64
    package let progress: ProgressMetrics

    /// Nil where tracing is off.
    let traces: WorkerTraces?

    /// - Parameter logTime: milliseconds of a clock that never goes backwards.
    public init(
        log: Log, metrics: MetricsRegistry, traces: WorkerTraces? = nil,
        logTime: @escaping @Sendable () -> Int64 = { LogInterval.now }
    ) {
        self.log = log
        self.metrics = metrics
        self.traces = traces
        self.logTime = logTime
        metrics.declare(WorkerMetrics.families)
        decisions = metrics.counters(WorkerMetrics.callbacks)
        for decision in Decision.withheld {
            for reason in decision.reasons {
                _ = metrics.counter(WorkerMetrics.review, "\(decision.name)", "\(reason)")
            }
        }
        unknownStatuses = metrics.counter(WorkerMetrics.unknownStatuses)
        unreadLines = metrics.counter(WorkerMetrics.unreadLines)
        trimmed = metrics.counter(WorkerMetrics.trimmedStates)
        removed = metrics.counter(WorkerMetrics.removedStates)
        endToEnd = metrics.histogram(WorkerMetrics.endToEnd)
        receiptToCommit = metrics.histogram(WorkerMetrics.receiptToCommit)
        transactions = metrics.counters(WorkerMetrics.transactions)
        transactionDuration = metrics.histogram(WorkerMetrics.transactionDuration)
        dropped = metrics.counter(WorkerMetrics.droppedBatches)
        failedCalls = metrics.counter(WorkerMetrics.failedCalls)
        replacedProducers = metrics.counter(WorkerMetrics.replacedProducers)
        rebalances = metrics.counter(WorkerMetrics.rebalances)
        stateFailures = metrics.counter(WorkerMetrics.stateFailures)
        restoreDuration = metrics.histogram(WorkerMetrics.restoreDuration)
        restoredRecords = metrics.counter(WorkerMetrics.restoredRecords)
        _ = metrics.counters(WorkerMetrics.storesOpened)
        _ = metrics.counters(WorkerMetrics.refusals)
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
        log.info("restore began", ["partitions": .integer(partitions)])
    }

    func storeOpened(_ partition: Int32, _ condition: StoreCondition) {
        switch condition {
        case .open(let position):
            metrics.counter(WorkerMetrics.storesOpened, "rolled-forward").add()
            log.info(
                "state store opened", ["partition": .integer(partition), "position": .integer(position)])
        case .rebuild(let reason):
            metrics.counter(WorkerMetrics.storesOpened, "\(reason.name)").add()
            log.info(
                "state store is rebuilt from the changelog",
                ["partition": .integer(partition), "reason": .text("\(reason)")])
        }
    }

    func restoreProgressed(offsetsLeft: Int64, since began: ContinuousClock.Instant) {
        let seconds = Int(began.duration(to: .now).components.seconds)
        log.info(
            "restoring", ["left_records": .integer(offsetsLeft), "duration_seconds": .integer(seconds)])
    }

    func restoreEnded(partitions: Int, records: Int, since began: ContinuousClock.Instant) {
        let duration = began.duration(to: .now).microsecondsRoundedDown
        restoreDuration.record(microseconds: duration)
        restoredRecords.add(records)
        log.info(
            "restore ended",
            [
                "partitions": .integer(partitions), "records": .integer(records),
                "duration_milliseconds": .integer(duration / 1000),
            ])
    }

    func stateFailed(_ error: StateError, partition: Int32) {
        stateFailures.add()
        logFailure(of: partition, error)
    }

    func stateDirectoryUsable() { log.info("the state directory can be used again; joining the group") }

    // MARK: Batches

    func transactionEnded(_ end: WorkerMetrics.TransactionEnd, after duration: Duration) {
        for (index, other) in WorkerMetrics.TransactionEnd.allCases.enumerated() where other == end {
            transactions[index].add()
        }
        if end == .committed { transactionDuration.record(microseconds: duration.microsecondsRoundedDown) }
    }

    /// - Parameter time: of the commit.
    func batchCommitted(_ tally: DecisionTally, at time: Timestamp) {
        for index in decisions.indices where tally.decisions[index] > 0 {
            decisions[index].add(tally.decisions[index])
        }
        if tally.unknownStatuses > 0 { unknownStatuses.add(tally.unknownStatuses) }
        if tally.unreadLines > 0 { unreadLines.add(tally.unreadLines) }
        if tally.trimmed > 0 { trimmed.add(tally.trimmed) }
        if tally.removed > 0 { removed.add(tally.removed) }
        for reason in tally.reasons { count(reason) }
        record(tally.receipts, at: time, in: receiptToCommit)
        record(tally.dates, at: time, in: endToEnd)
    }

    private func count(_ reason: DecisionTally.Reason) {
        let isListed = reason.decision.reasons.contains { "\($0)" == "\(reason.reason)" }
        // A pair that `Decision.reasons` does not list counts under the decision's own name: a metric never
        // stops a worker.
        let label = isListed ? reason.reason : reason.decision.name
        metrics.counter(WorkerMetrics.review, "\(reason.decision.name)", "\(label)").add(reason.count)
    }

    private func record(_ times: [Int64], at now: Timestamp, in histogram: Histogram) {
        var batch = HistogramBatch(of: histogram)
        for time in times { batch.record(milliseconds: now.milliseconds - time) }
        histogram.add(batch)
    }

    /// A person should look: the platform contradicts itself, or a clock is wrong.
    func alarmed(_ output: RecordOutput, at position: RecordPosition) {
        log.warning(
            "callback needs a person", next: "it is held for review and the others go on",
            advice: "look at it with `tidings review list` and `tidings inspect`",
            [
                "decision": .text("\(output.decision.name)"), "reason": .text("\(output.reason)"),
                "partition": .integer(position.partition), "offset": .integer(position.offset),
            ])
    }

    /// Counts each; logs the first of each reason and then one a minute.
    package func batchAborted(_ error: ClientError, records: Int, attempt: Int) {
        guard let omitted = abortedLines.next(error.cause.reason, at: logTime()) else { return }
        log.warning(
            "transaction aborted", next: "the batch is tried again",
            advice: "look at the brokers if it lasts",
            [
                "error": .text(error.description), "records": .integer(records),
                "attempt": .integer(attempt), "more_since_last_line": .integer(omitted),
            ])
    }

    /// Counts each; logs the first of each reason and then one a minute.
    package func batchDropped(_ error: ClientError) {
        dropped.add()
        guard let omitted = droppedLines.next(error.cause.reason, at: logTime()) else { return }
        log.warning(
            "batch dropped", next: "it is read again",
            advice: "look at the brokers and the group's members if it repeats",
            ["error": .text(error.description), "more_since_last_line": .integer(omitted)])
    }

    /// A topic or the cluster refuses what is published.
    ///
    /// - Parameter isLogged: the metric counts each refusal, the log has the first and then one a minute.
    func refused(_ cause: ClientError.Cause, isLogged: Bool) {
        let isKnown = ProduceError.allCases.contains { $0.name == cause.name }
        metrics.counter(WorkerMetrics.refusals, isKnown ? cause.name : WorkerMetrics.otherError).add()
        guard isLogged else { return }
        log.error(
            "cannot publish", next: "not ready, trying again until it succeeds",
            advice: "correct the topic's ACL, limit or replicas",
            [
                "error": .text(cause.name), "topic": .text(cause.topic ?? ""),
                "message": .text(cause.message),
            ])
    }

    func refusalsEnded() { log.info("publishing succeeds again") }

    /// Counts each; logs the first of each reason and then one a minute.
    package func callFailed(_ error: ClientError) {
        failedCalls.add()
        guard let omitted = failedCallLines.next(error.cause.reason, at: logTime()) else { return }
        log.warning(
            "call to Kafka failed", next: "it is made again",
            advice: "look at the brokers if it lasts",
            ["error": .text(error.description), "more_since_last_line": .integer(omitted)])
    }

    func commitOutcomeUnknown(_ cause: ClientError.Cause) {
        log.warning(
            "commit outcome unknown", next: "replacing the producer and restoring",
            advice: "look at the transaction coordinator if it repeats",
            ["error": .text(cause.description)])
    }

    /// - Parameter reason: a sentence with what an operator can do.
    func transactionHangs(_ reason: String, _ finding: WithheldOffsets.Finding, topic: String) {
        log.error(
            "offsets are withheld by a hanging transaction",
            next: "its partition waits until an operator ends it",
            advice: "do what `reason` says",
            [
                "topic": .text(topic), "partition": .integer(finding.place.partition),
                "offset": .integer(finding.ends.stable), "withheld_offsets": .integer(finding.count),
                "reason": .text(reason),
            ])
    }

    func offsetsReleased(partition: Int32, topic: String) {
        log.info(
            "offsets are not withheld any more", ["topic": .text(topic), "partition": .integer(partition)])
    }

    func producerTooSlow() {
        log.warning(
            "a transaction took longer than socket.timeout.ms", next: "replacing the producer and restoring",
            advice: "look at the brokers if it repeats")
    }

    func producerReplaced() {
        replacedProducers.add()
        log.info("transactional producer replaced")
    }
}
