// SPDX-License-Identifier: Apache-2.0

/// A metric as it is declared: its name, type, help and labels, in this one place.
///
/// A module lists its families, and a registry accepts no other. The same lists make
/// `deploy/docs/metrics.md`, so there is no metric without documentation.
public struct MetricFamily: Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// A label of every series of the family.
    public struct Label: Sendable {
        public let name: String
        /// All values it can have; empty for a label whose values are bounded by something else.
        public let values: [String]
        /// What bounds the values of a label that has no closed set.
        public let meaning: StaticString

        /// A label whose values are known when the process starts.
        public static func closed(_ name: StaticString, _ values: [String]) -> Label {
            precondition(!values.isEmpty, "a closed set of label values is empty")
            return Label(name: "\(name)", values: values, meaning: "")
        }

        /// - Parameter meaning: what a value is, such as "the number of a partition". It must be bounded by
        ///   the configuration or the cluster, never by what callbacks contain.
        public static func open(_ name: StaticString, _ meaning: StaticString) -> Label {
            Label(name: "\(name)", values: [], meaning: meaning)
        }
    }

    public let name: String
    public let kind: Kind
    public let help: StaticString
    public let labels: [Label]
    /// The upper bounds of a histogram's buckets in microseconds, ascending.
    public let buckets: [Int]

    /// A number that only grows; its name ends in `_total`.
    public static func counter(
        _ name: StaticString, _ help: StaticString, _ labels: Label...
    ) -> MetricFamily {
        MetricFamily(name: "\(name)", kind: .counter, help: help, labels: labels, buckets: [])
    }

    /// A number that goes up and down.
    public static func gauge(
        _ name: StaticString, _ help: StaticString, _ labels: Label...
    ) -> MetricFamily {
        MetricFamily(name: "\(name)", kind: .gauge, help: help, labels: labels, buckets: [])
    }

    /// Durations; the name ends in `_seconds`.
    ///
    /// - Parameter buckets: upper bounds in microseconds, ascending.
    public static func histogram(
        _ name: StaticString, _ help: StaticString, _ labels: Label...,
        buckets: [Int] = Histogram.latencyBuckets
    ) -> MetricFamily {
        MetricFamily(name: "\(name)", kind: .histogram, help: help, labels: labels, buckets: buckets)
    }

    private init(
        name: String, kind: Kind, help: StaticString, labels: [Label], buckets: [Int]
    ) {
        precondition(
            PrometheusText.isName(name), "a metric's name is made of letters, digits, _ and :")
        precondition(
            labels.allSatisfy { PrometheusText.isName($0.name) },
            "a label's name is made of letters, digits and _")
        (self.name, self.kind, self.help, self.labels, self.buckets) = (name, kind, help, labels, buckets)
    }
}
