import Synchronization

/// Every metric of the process, and their text for Prometheus.
///
/// Ask for a metric once, at start, and keep it: the look-up takes a lock, counting does not. The same name
/// and labels give the same instance again. Label values must come from a closed set (a decision, a topic, a
/// key's id), never from a callback: each one lives for as long as the process.
public final class MetricsRegistry: Sendable {
    private let families = Mutex<[MetricFamily]>([])

    public init() {}

    /// A number that only grows; by convention its name ends in `_total`.
    public func counter(
        _ name: StaticString, help: StaticString, labels: KeyValuePairs<StaticString, String> = [:]
    ) -> Counter {
        let metric = find(name, .counter, help, labels) { .counter(Counter()) }
        guard case .counter(let counter) = metric else {
            preconditionFailure("the family holds counters alone")
        }
        return counter
    }

    /// A number that goes up and down.
    public func gauge(
        _ name: StaticString, help: StaticString, labels: KeyValuePairs<StaticString, String> = [:]
    ) -> Gauge {
        let metric = find(name, .gauge, help, labels) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = metric else {
            preconditionFailure("this gauge is read at each scrape: it cannot be set too")
        }
        return gauge
    }

    /// A number that is asked for at each scrape, on the scraping thread: it must not block.
    public func gauge(
        _ name: StaticString, help: StaticString, labels: KeyValuePairs<StaticString, String> = [:],
        reading read: @escaping @Sendable () -> Int
    ) {
        _ = find(name, .gauge, help, labels) { .reading(read) }
    }

    /// A growing number that somebody else counts, asked for at each scrape.
    public func counter(
        _ name: StaticString, help: StaticString, labels: KeyValuePairs<StaticString, String> = [:],
        reading read: @escaping @Sendable () -> Int
    ) {
        _ = find(name, .counter, help, labels) { .reading(read) }
    }

    /// A gauge whose series come later, such as the time of something that has not happened yet: its name and
    /// help are shown from the first scrape on.
    public func declareGauge(_ name: StaticString, help: StaticString) {
        families.withLock { families in
            let name = "\(name)"
            guard !families.contains(where: { $0.name == name }) else { return }
            families.append(MetricFamily(name: name, kind: .gauge, help: "\(help)"))
        }
    }

    /// Removes a series whose subject is gone, such as a key that left its file. Its name and help stay.
    public func removeGauge(_ name: StaticString, labels: KeyValuePairs<StaticString, String>) {
        let name = "\(name)"
        let key = PrometheusText.rendered(labels)
        families.withLock { families in
            guard let index = families.firstIndex(where: { $0.name == name }) else { return }
            families[index].series.removeAll { $0.labels == key }
        }
    }

    /// Durations; by convention the name ends in `_seconds`.
    ///
    /// - Parameter buckets: the buckets' upper bounds in microseconds, rising.
    public func histogram(
        _ name: StaticString, help: StaticString, labels: KeyValuePairs<StaticString, String> = [:],
        buckets: [Int] = Histogram.latencyBuckets
    ) -> Histogram {
        let metric = find(name, .histogram, help, labels) { .histogram(Histogram(buckets: buckets)) }
        guard case .histogram(let histogram) = metric else {
            preconditionFailure("the family holds histograms alone")
        }
        return histogram
    }

    /// All metrics in the Prometheus text format 0.0.4 (`text/plain; version=0.0.4`), UTF-8.
    public func text() -> [UInt8] {
        // Copied out first: a metric that is read at the scrape may itself register another.
        let families = families.withLock { $0 }
        var text = PrometheusText()
        for family in families { text.append(family) }
        return text.bytes
    }

    private func find(
        _ name: StaticString, _ kind: MetricFamily.Kind, _ help: StaticString,
        _ labels: KeyValuePairs<StaticString, String>, make: () -> MetricFamily.Metric
    ) -> MetricFamily.Metric {
        let name = "\(name)"
        precondition(PrometheusText.isName(name), "a metric's name is made of letters, digits, _ and :")
        let key = PrometheusText.rendered(labels)
        return families.withLock { families in
            let index = families.firstIndex { $0.name == name } ?? families.count
            if index == families.count {
                families.append(MetricFamily(name: name, kind: kind, help: "\(help)"))
            }
            precondition(families[index].kind == kind, "one name is one kind of metric")
            if let known = families[index].series.first(where: { $0.labels == key }) { return known.metric }
            let metric = make()
            families[index].series.append(MetricFamily.Series(labels: key, metric: metric))
            return metric
        }
    }
}
