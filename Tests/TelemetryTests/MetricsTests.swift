// SPDX-License-Identifier: Apache-2.0
import Telemetry
import Testing

@Suite("Metrics")
struct MetricsTests {
    private static func registry(_ families: MetricFamily...) -> MetricsRegistry {
        let metrics = MetricsRegistry()
        metrics.declare(families)
        return metrics
    }

    private static func text(of metrics: MetricsRegistry) -> String {
        String(decoding: metrics.text(), as: UTF8.self)
    }

    @Test("the text holds help, type and value, and escapes what Prometheus asks to be escaped")
    func text() {
        let a = MetricFamily.counter("tidings_a_total", "Lines\nand \\ too")
        let b = MetricFamily.gauge("tidings_b", "B", .open("key", "any"), .closed("x", ["y"]))
        let c = MetricFamily.gauge("tidings_c", "C")
        let metrics = Self.registry(a, b, c)
        metrics.counter(a).add(3)
        metrics.gauge(b, "say \"hi\"\\\n", "y").set(-4)
        metrics.read(c) { 0.25 }
        #expect(
            Self.text(of: metrics) == #"""
                # HELP tidings_a_total Lines\nand \\ too
                # TYPE tidings_a_total counter
                tidings_a_total 3
                # HELP tidings_b B
                # TYPE tidings_b gauge
                tidings_b{key="say \"hi\"\\\n",x="y"} -4
                # HELP tidings_c C
                # TYPE tidings_c gauge
                tidings_c 0.25

                """#)
    }

    @Test("a histogram shows cumulative buckets and its sum in seconds")
    func histogram() {
        let family = MetricFamily.histogram(
            "tidings_t_seconds", "T", .open("op", "any"), buckets: [500, 2500, 1_000_000])
        let metrics = Self.registry(family)
        let histogram = metrics.histogram(family, "x")
        for microseconds in [500, 501, 2500, 3_000_000, -5] { histogram.record(microseconds: microseconds) }
        #expect(
            Self.text(of: metrics) == """
                # HELP tidings_t_seconds T
                # TYPE tidings_t_seconds histogram
                tidings_t_seconds_bucket{op="x",le="0.0005"} 2
                tidings_t_seconds_bucket{op="x",le="0.0025"} 4
                tidings_t_seconds_bucket{op="x",le="1"} 4
                tidings_t_seconds_bucket{op="x",le="+Inf"} 5
                tidings_t_seconds_sum{op="x"} 3.003501
                tidings_t_seconds_count{op="x"} 5

                """)
    }

    @Test("a batch of observations counts like single ones, and once")
    func batch() {
        let one = MetricFamily.histogram("tidings_one_seconds", "T", buckets: [1000, 5000])
        let many = MetricFamily.histogram("tidings_many_seconds", "T", buckets: [1000, 5000])
        let metrics = Self.registry(one, many)
        var batch = HistogramBatch(of: metrics.histogram(many))
        for milliseconds: Int64 in [-3, 0, 1, 2, 5, 6, .max] {
            metrics.histogram(one).record(microseconds: Int(min(milliseconds, .max / 1000)) * 1000)
            batch.record(milliseconds: milliseconds)
        }
        metrics.histogram(many).add(batch)
        batch.removeAll()
        metrics.histogram(many).add(batch)
        let lines = Self.text(of: metrics).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 10)
        #expect(
            lines.prefix(5).map { String($0).replacing("one", with: "many") }
                == lines.suffix(5).map(String.init))
    }

    @Test("a declared family has help and type without a series, and a timestamp none until it is known")
    func declared() {
        let time = MetricFamily.gauge("tidings_x_timestamp_seconds", "X")
        let metrics = Self.registry(time)
        let header = "# HELP tidings_x_timestamp_seconds X\n# TYPE tidings_x_timestamp_seconds gauge\n"
        #expect(Self.text(of: metrics) == header)
        let gauge = metrics.timestamp(time)
        #expect(Self.text(of: metrics) == header)
        gauge.set(milliseconds: 1_700_000_000_250)
        #expect(Self.text(of: metrics) == header + "tidings_x_timestamp_seconds 1700000000.25\n")
    }

    @Test("series that come and go are those of the scrape, each once")
    func samples() {
        let lag = MetricFamily.gauge("tidings_lag", "Lag", .open("partition", "its number"))
        let metrics = Self.registry(lag)
        metrics.collect(lag) {
            [MetricSample("0", value: 1), MetricSample("1", value: 2), MetricSample("0", value: 3)]
        }
        let lines = Self.text(of: metrics).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines == ["tidings_lag{partition=\"0\"} 3", "tidings_lag{partition=\"1\"} 2"])
    }

    @Test("the same family and labels are the same metric, other labels another of one family")
    func sameInstance() {
        let family = MetricFamily.counter("tidings_a_total", "A", .closed("d", ["x", "y"]))
        let metrics = Self.registry(family)
        let first = metrics.counter(family, "x")
        let second = metrics.counter(family, "x")
        let other = metrics.counter(family, "y")
        #expect(first === second && first !== other)
        #expect(metrics.counters(family).map { $0 === first } == [true, false])
        #expect(Self.text(of: metrics).split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count == 1)
        metrics.remove(family, "x")
        #expect(!Self.text(of: metrics).contains("\"x\""))
    }

    @Test("the process reports processor time, memory, files, threads and their limits as floats")
    func process() throws {
        let metrics = MetricsRegistry()
        metrics.addProcess()
        let text = Self.text(of: metrics)
        for family in MetricsRegistry.processFamilies where family.name != "process_virtual_memory_max_bytes"
        {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(family.name) ") })
            #expect(try #require(Double(line.dropFirst(family.name.count + 1))) > 0, "\(line)")
        }
        let cpu = try #require(
            text.split(separator: "\n").first { $0.hasPrefix("process_cpu_seconds_total") })
        #expect(cpu.contains("."))
    }

    @Test("additions from many threads all count")
    func manyThreads() async {
        let count = MetricFamily.counter("tidings_a_total", "A")
        let duration = MetricFamily.histogram("tidings_b_seconds", "B")
        let metrics = Self.registry(count, duration)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = metrics.counter(count)
                    let histogram = metrics.histogram(duration)
                    for _ in 0..<1000 {
                        counter.add()
                        histogram.record(microseconds: 1)
                    }
                }
            }
        }
        #expect(metrics.counter(count).value == 8000)
        #expect(metrics.histogram(duration).count == 8000)
    }
}
