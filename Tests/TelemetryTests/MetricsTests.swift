import Telemetry
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("the text holds help, type and value, and escapes what Prometheus asks to be escaped")
    func text() {
        let metrics = MetricsRegistry()
        metrics.counter("tidings_a_total", help: "Lines\nand \\ too").add(3)
        metrics.gauge("tidings_b", help: "B", labels: ["key": "say \"hi\"\\\n", "x": "y"]).set(-4)
        metrics.gauge("tidings_c", help: "C", reading: { 7 })
        #expect(
            String(decoding: metrics.text(), as: UTF8.self) == #"""
                # HELP tidings_a_total Lines\nand \\ too
                # TYPE tidings_a_total counter
                tidings_a_total 3
                # HELP tidings_b B
                # TYPE tidings_b gauge
                tidings_b{key="say \"hi\"\\\n",x="y"} -4
                # HELP tidings_c C
                # TYPE tidings_c gauge
                tidings_c 7

                """#)
    }

    @Test("a histogram shows cumulative buckets and its sum in seconds")
    func histogram() {
        let metrics = MetricsRegistry()
        let histogram = metrics.histogram(
            "tidings_t_seconds", help: "T", labels: ["op": "x"], buckets: [500, 2500, 1_000_000])
        for microseconds in [500, 501, 2500, 3_000_000, -5] { histogram.record(microseconds: microseconds) }
        #expect(
            String(decoding: metrics.text(), as: UTF8.self) == """
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

    @Test("the same name and labels are the same metric, other labels another of one family")
    func sameInstance() {
        let metrics = MetricsRegistry()
        let first = metrics.counter("tidings_a_total", help: "A", labels: ["d": "x"])
        let second = metrics.counter("tidings_a_total", help: "A", labels: ["d": "x"])
        let other = metrics.counter("tidings_a_total", help: "A", labels: ["d": "y"])
        #expect(first === second && first !== other)
        let text = String(decoding: metrics.text(), as: UTF8.self)
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count == 1)
    }

    @Test("the process reports its memory, open files and versions")
    func process() throws {
        let metrics = MetricsRegistry()
        metrics.addProcess(build: ["version": "1.2.3", "librdkafka": "2.0.2"])
        let text = String(decoding: metrics.text(), as: UTF8.self)
        #expect(text.contains(#"tidings_build_info{version="1.2.3",librdkafka="2.0.2"} 1"#))
        for name in ["process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds"] {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name) ") })
            #expect(try #require(Int(line.dropFirst(name.count + 1))) > 0)
        }
    }

    @Test("additions from many threads all count")
    func manyThreads() async {
        let metrics = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = metrics.counter("tidings_a_total", help: "A")
                    let histogram = metrics.histogram("tidings_b_seconds", help: "B")
                    for _ in 0..<1000 {
                        counter.add()
                        histogram.record(microseconds: 1)
                    }
                }
            }
        }
        #expect(metrics.counter("tidings_a_total", help: "A").value == 8000)
        #expect(metrics.histogram("tidings_b_seconds", help: "B").count == 8000)
    }
}
