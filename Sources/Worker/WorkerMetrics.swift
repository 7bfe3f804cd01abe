// SPDX-License-Identifier: Apache-2.0
internal import Kafka
public import Payments
internal import StateStore
public import Telemetry

/// The metrics of the worker.
enum WorkerMetrics {
    /// How a transaction ended.
    enum TransactionEnd: String, CaseIterable {
        case committed
        case aborted
        /// It may have been committed.
        case unknown
        /// Another producer has its id.
        case fenced
    }

    static let otherError = "OTHER"
    /// The changelog was written by another version.
    static let otherFormat: StaticString = "other-format"
    static let refusalCauses = (ProgressComparison.Refusal.names + [otherFormat]).map { "\($0)" }
    private static let partition = MetricFamily.Label.open("partition", "the partition's number")

    // MARK: Callbacks

    static let callbacks = MetricFamily.counter(
        "tidings_worker_callbacks_total", "Callbacks decided, by decision; the sum is all of them.",
        .closed("decision", Decision.allCases.map { "\($0.name)" }))
    static let review = MetricFamily.counter(
        "tidings_worker_review_total",
        "Callbacks that were not published as a status but to review or dead letter, by decision and reason.",
        .closed("decision", Decision.withheld.map { "\($0.name)" }),
        .closed("reason", Decision.withheldReasons))
    static let unknownStatuses = MetricFamily.counter(
        "tidings_worker_unknown_statuses_total", "Callbacks with a status that this version does not know.")
    static let unreadLines = MetricFamily.counter(
        "tidings_worker_unread_lines_total", "Signed lines that this version does not read.")
    static let endToEnd = MetricFamily.histogram(
        "tidings_end_to_end_seconds",
        """
        From the platform's date of an operation, which has a resolution of one second, to the commit of its \
        event.
        """,
        buckets: Histogram.ageBuckets)
    static let receiptToCommit = MetricFamily.histogram(
        "tidings_worker_receipt_to_commit_seconds",
        "From the receipt of a callback by the ingress to the commit of its decision.",
        buckets: Histogram.deliveryBuckets)

    // MARK: Partitions

    static let lag = MetricFamily.gauge(
        "tidings_worker_lag_records",
        "Offsets between the worker's position and the end of the callbacks topic.", partition)
    static let oldest = MetricFamily.gauge(
        "tidings_worker_oldest_unprocessed_timestamp_seconds",
        "When the oldest unprocessed callback was received. No series while there is none.", partition)
    static let lastCommit = MetricFamily.gauge(
        "tidings_worker_last_commit_timestamp_seconds",
        "When a transaction with callbacks of the partition was last committed by this process.", partition)
    static let partitions = MetricFamily.gauge(
        "tidings_worker_partitions",
        "Partitions of the callbacks topic at the start; 0 until the topic was found.")
    static let ownedPartitions = MetricFamily.gauge(
        "tidings_worker_owned_partitions", "Partitions that the group has assigned to this process.")
    static let refusedPartitions = MetricFamily.gauge(
        "tidings_worker_refused_partitions",
        "1 for an assigned partition that is not processed, because that could lose or double callbacks.",
        partition)
    static let partitionRefusals = MetricFamily.counter(
        "tidings_worker_partition_refusals_total", "Partitions that a restore did not start, by cause.",
        .closed("cause", refusalCauses))
    static let lostCallbacks = MetricFamily.counter(
        "tidings_worker_callbacks_lost_total",
        "Offsets of the callbacks topic that were deleted before they were processed.")
    static let skippedCallbacks = MetricFamily.counter(
        "tidings_worker_callbacks_skipped_total",
        "Offsets of the callbacks topic that an operator had skipped.")
    static let recommittedOffsets = MetricFamily.counter(
        "tidings_worker_offsets_recommitted_total",
        "Committed offsets that were behind the partition progress and were committed again.")
    static let rebalances = MetricFamily.counter(
        "tidings_worker_rebalances_total", "Changes of the assignment.")
    static let readyThreads = MetricFamily.gauge(
        "tidings_worker_ready_threads", "Worker threads in the group whose state is restored.")

    // MARK: Transactions

    static let transactions = MetricFamily.counter(
        "tidings_worker_transactions_total",
        "Transactions by outcome: unknown until the worker had restored, or fenced by another producer.",
        .closed("outcome", TransactionEnd.allCases.map(\.rawValue)))
    static let transactionDuration = MetricFamily.histogram(
        "tidings_worker_transaction_duration_seconds",
        "Duration of committed transactions, from their beginning to the answer to the commit.")
    static let droppedBatches = MetricFamily.counter(
        "tidings_worker_batches_dropped_total", "Batches dropped and read again after a restore.")
    static let failedCalls = MetricFamily.counter(
        "tidings_worker_failed_calls_total", "Calls to Kafka outside a transaction that failed.")
    static let replacedProducers = MetricFamily.counter(
        "tidings_worker_producers_replaced_total", "Transactional producers replaced.")
    static let refusals = MetricFamily.counter(
        "tidings_worker_refused_total",
        "Attempts to publish that a topic or the cluster refused, by Kafka's error.",
        .closed("error", ProduceError.allCases.map(\.name) + [otherError]))
    static let withheldOffsets = MetricFamily.gauge(
        "tidings_worker_withheld_offsets",
        """
        Offsets of the partition, over all five topics, that a transaction withholds from readers and that has \
        been open for longer than any transaction may be; 0 without such a transaction.
        """,
        partition)

    // MARK: State

    static let restoringThreads = MetricFamily.gauge(
        "tidings_worker_restoring_threads", "Worker threads that are restoring payment state.")
    static let restoreDuration = MetricFamily.histogram(
        "tidings_worker_restore_duration_seconds",
        "Duration of restores, from the assignment to the first callback.",
        buckets: Histogram.restoreBuckets)
    static let restoreOffsetsLeft = MetricFamily.gauge(
        "tidings_worker_restore_records_left", "Changelog offsets that restores have still to pass.")
    static let restoredRecords = MetricFamily.counter(
        "tidings_worker_restored_records_total",
        "Changelog records read by restores, without the progress.")
    static let storesOpened = MetricFamily.counter(
        "tidings_worker_stores_opened_total",
        "State stores opened, by what was found; every result but rolled-forward reads the whole changelog.",
        .closed("result", ["rolled-forward"] + RebuildReason.names.map { "\($0)" }))
    static let statePayments = MetricFamily.gauge(
        "tidings_worker_state_payments", "Payments in the state stores of this process.")
    static let stateBytes = MetricFamily.gauge(
        "tidings_worker_state_bytes", "Size of the state stores of this process.")
    static let stateFailures = MetricFamily.counter(
        "tidings_worker_state_failures_total", "Failures of the state stores.")
    static let trimmedStates = MetricFamily.counter(
        "tidings_worker_states_trimmed_total", "Payment states whose detail expired.")
    static let removedStates = MetricFamily.counter(
        "tidings_worker_states_removed_total", "Payment states that expired.")

    static let families = [
        callbacks, review, unknownStatuses, unreadLines, endToEnd, receiptToCommit,
        lag, oldest, lastCommit, partitions, ownedPartitions, refusedPartitions, partitionRefusals,
        lostCallbacks, skippedCallbacks, recommittedOffsets, rebalances, readyThreads,
        transactions, transactionDuration, droppedBatches, failedCalls, replacedProducers, refusals,
        withheldOffsets,
        restoringThreads, restoreDuration, restoreOffsetsLeft, restoredRecords, storesOpened, statePayments,
        stateBytes, stateFailures, trimmedStates, removedStates,
    ]
}

extension WorkerTelemetry {
    /// Every metric of the worker itself.
    public static let metricFamilies = WorkerMetrics.families

    /// How many callbacks got this decision.
    public static func counter(of decision: Decision, in metrics: MetricsRegistry) -> Counter {
        metrics.declare(WorkerMetrics.families)
        return metrics.counter(WorkerMetrics.callbacks, "\(decision.name)")
    }
}

extension Decision {
    /// The decisions that publish to review or dead letter.
    static let withheld = allCases.filter { $0.topic == .review || $0.topic == .deadLetter }

    /// Their reasons, each once. A decision's own name is its reason where it gives none.
    fileprivate static var withheldReasons: [String] {
        var reasons: [String] = []
        for reason in withheld.flatMap({ [$0.name] + $0.reasons }) where !reasons.contains("\(reason)") {
            reasons.append("\(reason)")
        }
        return reasons
    }
}
