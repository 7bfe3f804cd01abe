// SPDX-License-Identifier: Apache-2.0
import Configuration
import HTTP
import Ingress
import Kafka
import Platform
import Reconcile
import Recovery
import Telemetry
import Tracing
import Worker

/// Every metric of each service: what is declared at its start, and what `tidings config metrics` documents.
enum ServiceMetrics {
    static let build = MetricFamily.gauge(
        "tidings_build_info", "Always 1; versions and revision are in the labels.",
        .open("version", "of Tidings"), .open("revision", "of its sources"),
        .open("librdkafka", "version"), .open("libmicrohttpd", "version"))
    static let tlsVerified = MetricFamily.gauge(
        "tidings_kafka_tls_verified",
        "1 if the connection to Kafka is TLS and the brokers' certificates and names are verified.")
    static let certificateReads = MetricFamily.counter(
        "tidings_certificate_file_reads_total",
        "Readings of the certificate files after the start, by their result.",
        .closed("result", ["used", "refused"]))
    static let certificateBroken = MetricFamily.gauge(
        "tidings_certificate_file_broken",
        "1 while the certificate files cannot be used and the older certificate is in force.")

    /// Of every process with a port for operators.
    static let process =
        [build] + MetricsRegistry.processFamilies + MetricsRegistry.logFamilies + Server.metricFamilies
    /// Of both services.
    static let services =
        [tlsVerified] + KeysMetrics.families + KafkaMetrics.families
        + TraceExporter.metricFamilies
    static let ingress = IngressService.metricFamilies + [certificateReads, certificateBroken]
    static let worker = WorkerTelemetry.metricFamilies
    /// Beside those of every process.
    static let reconcile =
        [tlsVerified] + KeysMetrics.families + KafkaMetrics.families + ReconcileTelemetry.metricFamilies
    /// Beside those of every process.
    static let platform = PlatformService.metricFamilies
    static let shadow = ShadowService.metricFamilies
}
