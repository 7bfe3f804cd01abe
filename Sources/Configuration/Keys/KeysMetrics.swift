// SPDX-License-Identifier: Apache-2.0
public import Telemetry

/// The metrics of the keys file.
public enum KeysMetrics {
    static let reads = MetricFamily.counter(
        "tidings_keys_file_reads_total", "Readings of the keys file after the start, by their result.",
        .closed("result", ["used", "refused"]))
    static let broken = MetricFamily.gauge(
        "tidings_keys_file_broken", "1 while the keys file cannot be used and older keys are in force.")
    static let notAfter = MetricFamily.gauge(
        "tidings_key_not_after_timestamp_seconds",
        "When a retiring key stops verifying, in Unix seconds. Other keys have no series.",
        .open("project", "the project's number, from the keys file"),
        .open("key", "the key's id, from the keys file"))

    public static let families = [reads, broken, notAfter]
}
