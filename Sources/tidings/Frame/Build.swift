// SPDX-License-Identifier: Apache-2.0
import CBuild
import Configuration
import HTTP
import Kafka
import Payments
import StateStore
import Telemetry

/// What runs: versions, revision and libraries, for `tidings version`, `/version` and the metric of the
/// build.
enum Build {
    /// Of this software. The revision and the date are those that the build was given, else `unknown`.
    static var facts: [(name: String, text: String)] {
        [
            ("tidings", Version.text), ("revision", String(cString: tidings_build_revision())),
            ("built", String(cString: tidings_build_date())),
        ]
    }

    /// Adds what operators compare between processes.
    static func show(in metrics: MetricsRegistry) {
        metrics.gauge(
            ServiceMetrics.build, Version.text, String(cString: tidings_build_revision()), KafkaVersion.text,
            HTTPVersion.text
        ).set(1)
    }

    /// Each library as it is loaded now, not as it was compiled against; without libcurl, of which a service
    /// calls nothing before a feature needs it.
    static var libraries: [(name: String, text: String)] {
        [
            ("librdkafka", KafkaVersion.text), ("libmicrohttpd", HTTPVersion.text),
            ("gnutls", HTTPVersion.gnuTLS), ("lmdb", StateVersion.text), ("xxhash", StateVersion.xxHash),
            ("jemalloc", Allocator.version), ("openssl", CryptoVersion.text), ("libyaml", YAMLVersion.text),
        ]
    }
}
