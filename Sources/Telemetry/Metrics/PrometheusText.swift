// SPDX-License-Identifier: Apache-2.0

/// The Prometheus text format, version 0.0.4.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(16 * 1024)
    }

    mutating func append(_ registered: RegisteredFamily) {
        let family = registered.family
        let name = family.name
        append("# HELP \(name) \(Self.escaped("\(family.help)", quotes: false))\n")
        append("# TYPE \(name) \(family.kind.rawValue)\n")
        for series in registered.series {
            switch series.metric {
            case .counter(let counter): append(name, series.labels, "\(counter.value)")
            case .gauge(let gauge): append(name, series.labels, "\(gauge.value)")
            case .timestamp(let gauge):
                guard let time = gauge.milliseconds else { continue }
                append(name, series.labels, Self.number(Double(time) / 1000))
            case .reading(let read): append(name, series.labels, Self.number(read()))
            case .histogram(let histogram): append(name, series.labels, histogram)
            }
        }
        appendSamples(of: registered)
    }

    private mutating func appendSamples(of registered: RegisteredFamily) {
        guard let samples = registered.samples?() else { return }
        var values: [(labels: String, value: Double)] = []
        for sample in samples {
            let labels = registered.rendered(sample.labels)
            // Two series with the same labels make the whole scrape invalid.
            if let index = values.firstIndex(where: { $0.labels == labels }) {
                values[index].value = sample.value
            } else {
                values.append((labels, sample.value))
            }
        }
        for (labels, value) in values { append(registered.family.name, labels, Self.number(value)) }
    }

    private mutating func append(_ name: String, _ labels: String, _ histogram: Histogram) {
        let state = histogram.snapshot
        let separator = labels.isEmpty ? "" : ","
        var total = 0
        for (bound, count) in zip(histogram.bounds, state.counts) {
            total += count
            append("\(name)_bucket", "\(labels)\(separator)le=\"\(Self.seconds(bound))\"", "\(total)")
        }
        total += state.counts[histogram.bounds.count]
        append("\(name)_bucket", "\(labels)\(separator)le=\"+Inf\"", "\(total)")
        append("\(name)_sum", labels, Self.seconds(state.sumMicroseconds))
        append("\(name)_count", labels, "\(total)")
    }

    private mutating func append(_ name: String, _ labels: String, _ value: String) {
        append(labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n")
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Labels as they appear between the braces, in the order given.
    static func rendered(_ labels: [(name: String, value: String)]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
    }

    /// A float in decimal, without a fraction where it has none.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return "\(value)"
    }

    static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", "_", ":": true
            default: false
            }
        }
    }

    /// Microseconds as seconds, in decimal and without loss: 2500 is `0.0025`.
    static func seconds(_ microseconds: Int) -> String {
        let whole = microseconds / 1_000_000
        var fraction = String(microseconds % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += #"\\"#
            case "\n": result += #"\n"#
            case "\"" where quotes: result += #"\""#
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
