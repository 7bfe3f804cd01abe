// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Every metric of the process, and their text for Prometheus.
///
/// Declare the families, then ask for each series once, at start, and keep it: the look-up takes a lock,
/// counting does not. The same family and label values give the same instance again. A declared family shows
/// its help and type from the first scrape on, with or without a series.
public final class MetricsRegistry: Sendable {
    private let families = Mutex<[RegisteredFamily]>([])

    public init() {}

    /// Accepts these families. One that was declared before stays as it is.
    public func declare(_ declared: [MetricFamily]) {
        families.withLock { families in
            for family in declared where !families.contains(where: { $0.family.name == family.name }) {
                families.append(RegisteredFamily(family: family))
            }
        }
    }

    /// - Parameter values: of the labels, in the order of their declaration.
    public func counter(_ family: MetricFamily, _ values: String...) -> Counter {
        counter(family, values: values)
    }

    /// One counter for each value of the family's only label, in the order of the declaration.
    public func counters(_ family: MetricFamily) -> [Counter] {
        precondition(family.labels.count == 1, "\(family.name) does not have one label")
        return family.labels[0].values.map { counter(family, values: [$0]) }
    }

    private func counter(_ family: MetricFamily, values: [String]) -> Counter {
        precondition(family.kind == .counter, "\(family.name) is not a counter")
        guard case .counter(let counter) = find(family, values, make: { .counter(Counter()) }) else {
            preconditionFailure("\(family.name) is read at each scrape and must not be counted here")
        }
        return counter
    }

    /// - Parameter values: of the labels, in the order of their declaration.
    public func gauge(_ family: MetricFamily, _ values: String...) -> Gauge {
        precondition(family.kind == .gauge, "\(family.name) is not a gauge")
        guard case .gauge(let gauge) = find(family, values, make: { .gauge(Gauge()) }) else {
            preconditionFailure("this series of \(family.name) is read at each scrape or is a timestamp")
        }
        return gauge
    }

    /// A gauge named `…_timestamp_seconds`.
    public func timestamp(_ family: MetricFamily, _ values: String...) -> TimestampGauge {
        precondition(family.kind == .gauge, "\(family.name) is not a gauge")
        guard case .timestamp(let gauge) = find(family, values, make: { .timestamp(TimestampGauge()) }) else {
            preconditionFailure("this series of \(family.name) is not a timestamp")
        }
        return gauge
    }

    /// - Parameter values: of the labels, in the order of their declaration.
    public func histogram(_ family: MetricFamily, _ values: String...) -> Histogram {
        precondition(family.kind == .histogram, "\(family.name) is not a histogram")
        let metric = find(family, values) { .histogram(Histogram(buckets: family.buckets)) }
        guard case .histogram(let histogram) = metric else {
            preconditionFailure("this series of \(family.name) is not a histogram")
        }
        return histogram
    }

    /// A series whose value is asked for at each scrape, on the scraping thread: `value` must not block.
    public func read(
        _ family: MetricFamily, _ values: String..., value: @escaping @Sendable () -> Double
    ) {
        _ = find(family, values) { .reading(value) }
    }

    /// Series that come and go, asked for at each scrape, on the scraping thread: `samples` must not block.
    /// Of samples with the same labels the last one is shown.
    public func collect(_ family: MetricFamily, samples: @escaping @Sendable () -> [MetricSample]) {
        families.withLock { families in
            families[Self.index(of: family, in: families)].samples = samples
        }
    }

    /// Removes a series whose subject is gone, such as a key that left its file.
    public func remove(_ family: MetricFamily, _ values: String...) {
        families.withLock { families in
            let index = Self.index(of: family, in: families)
            let labels = families[index].rendered(values)
            families[index].series.removeAll { $0.labels == labels }
        }
    }

    /// The media type of ``text()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics in the Prometheus text format 0.0.4.
    public func text() -> [UInt8] {
        // Copied out first: reading a value must not hold up those who ask for a series.
        let families = families.withLock { $0 }
        var text = PrometheusText()
        for family in families { text.append(family) }
        return text.bytes
    }

    private func find(
        _ family: MetricFamily, _ values: [String], make: () -> RegisteredFamily.Metric
    ) -> RegisteredFamily.Metric {
        families.withLock { families in
            let index = Self.index(of: family, in: families)
            let labels = families[index].rendered(values)
            if let known = families[index].series.first(where: { $0.labels == labels }) {
                return known.metric
            }
            let metric = make()
            families[index].series.append(RegisteredFamily.Series(labels: labels, metric: metric))
            return metric
        }
    }

    private static func index(of family: MetricFamily, in families: [RegisteredFamily]) -> Int {
        guard let index = families.firstIndex(where: { $0.family.name == family.name }) else {
            preconditionFailure("\(family.name) was not declared: it is missing in its module's list")
        }
        return index
    }
}
