// SPDX-License-Identifier: Apache-2.0
internal import Telemetry

/// The metrics of the exporter.
enum TraceMetrics {
    static let exported = MetricFamily.counter(
        "tidings_trace_spans_exported_total", "Spans that the collector accepted.")
    static let dropped = MetricFamily.counter(
        "tidings_trace_spans_dropped_total",
        "Spans that were dropped: the queue was full, or the collector did not accept them.",
        .closed("reason", ["queue", "export"]))

    static let families = [exported, dropped]
}
