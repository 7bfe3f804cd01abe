/// The Prometheus text format, version 0.0.4.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(16 * 1024)
    }

    mutating func append(_ family: MetricFamily) {
        append("# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n")
        append("# TYPE \(family.name) \(family.kind.rawValue)\n")
        for series in family.series {
            switch series.metric {
            case .counter(let counter): append(family.name, series.labels, "\(counter.value)")
            case .gauge(let gauge): append(family.name, series.labels, "\(gauge.value)")
            case .reading(let read): append(family.name, series.labels, "\(read())")
            case .histogram(let histogram): append(family.name, series.labels, histogram)
            }
        }
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

    /// Labels as they stand between the braces, in the order given.
    static func rendered(_ labels: KeyValuePairs<StaticString, String>) -> String {
        labels.map { name, value in
            precondition(isName("\(name)"), "a label's name is made of letters, digits and _")
            return "\(name)=\"\(escaped(value, quotes: true))\""
        }.joined(separator: ",")
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
