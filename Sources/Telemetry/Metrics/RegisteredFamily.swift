// SPDX-License-Identifier: Apache-2.0

/// A declared family and the series that it has so far.
struct RegisteredFamily: Sendable {
    enum Metric: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case timestamp(TimestampGauge)
        case histogram(Histogram)
        case reading(@Sendable () -> Double)
    }

    struct Series: Sendable {
        /// As they appear between the braces, escaped: `decision="advance"`; empty without labels.
        let labels: String
        let metric: Metric
    }

    let family: MetricFamily
    var series: [Series] = []
    /// Gives series that come and go, at each scrape.
    var samples: (@Sendable () -> [MetricSample])?

    /// The labels of a series, in the order of their declaration.
    func rendered(_ values: [String]) -> String {
        precondition(
            values.count == family.labels.count, "a series of \(family.name) has another number of labels")
        for (label, value) in zip(family.labels, values) {
            precondition(
                label.values.isEmpty || label.values.contains(value),
                "\(value) is not a declared value of \(label.name) of \(family.name)")
        }
        return PrometheusText.rendered(zip(family.labels, values).map { ($0.name, $1) })
    }
}
