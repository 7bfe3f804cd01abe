// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Payments
internal import Telemetry

/// The metrics of `tidings worker --shadow`.
enum ShadowMetrics {
    private static let partition = MetricFamily.Label.open("partition", "the partition's number")

    static let callbacks = MetricFamily.counter(
        "tidings_shadow_callbacks_total", "Callbacks decided again beside the workers, by decision.",
        .closed("decision", Decision.allCases.map { "\($0.name)" }))
    static let differences = MetricFamily.counter(
        "tidings_shadow_differences_total",
        """
        Records of the output topics that the workers published and this process does not derive \
        (unexpected), that it derives and they did not publish (missing), and that have other bytes (differs).
        """,
        .closed("kind", ReplayDifference.Kind.allCases.map(\.rawValue)),
        .closed("topic", Topic.outputs.map(\.outputName)))
    static let lag = MetricFamily.gauge(
        "tidings_shadow_lag_records",
        "Offsets between what this process has compared and what the workers have processed.", partition)
    static let partitions = MetricFamily.gauge(
        "tidings_shadow_partitions", "Partitions that are compared; the workers have begun them.")
    static let begun = MetricFamily.counter(
        "tidings_shadow_partitions_begun_total",
        "How often a partition was begun from the workers' payment states, restarts included.")
    static let failures = MetricFamily.counter(
        "tidings_shadow_failures_total", "How often reading the topics failed and was begun again.")

    static let families = [callbacks, differences, lag, partitions, begun, failures]
}
