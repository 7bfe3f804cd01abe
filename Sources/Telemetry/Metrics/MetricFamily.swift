/// All metrics of one name: they differ by their labels.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    enum Metric: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case reading(@Sendable () -> Int)
    }

    struct Series: Sendable {
        /// As they stand between the braces, escaped: `decision="advance"`; empty without labels.
        let labels: String
        let metric: Metric
    }

    let name: String
    let kind: Kind
    let help: String
    var series: [Series] = []
}
