// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka

/// The librdkafka this process runs on: print it at start, since the workarounds here belong to a version.
public enum KafkaVersion {
    /// Such as `2.0.2`.
    public static var text: String { String(cString: rd_kafka_version_str()) }
}
