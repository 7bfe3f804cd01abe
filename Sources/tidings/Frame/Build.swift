import CBuild
import Configuration
import HTTP
import Kafka
import Payments
import StateStore

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

    /// What operators compare between processes, as labels of a metric.
    static var labels: KeyValuePairs<StaticString, String> {
        [
            "version": Version.text, "revision": String(cString: tidings_build_revision()),
            "librdkafka": KafkaVersion.text, "libmicrohttpd": HTTPVersion.text,
        ]
    }

    /// Each library as it is loaded now, not as it was compiled against.
    static var libraries: [(name: String, text: String)] {
        [
            ("librdkafka", KafkaVersion.text), ("libmicrohttpd", HTTPVersion.text),
            ("lmdb", StateVersion.text), ("openssl", CryptoVersion.text), ("libyaml", YAMLVersion.text),
        ]
    }
}
