// SPDX-License-Identifier: Apache-2.0
import Telemetry
import Testing

@Suite("Trace context")
struct TraceContextTests {
    private static let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private static func queue(limit: Int = 100_000) -> (queue: SpanQueue, dropped: Counter) {
        let family = MetricFamily.counter("dropped_total", "Dropped spans.")
        let metrics = MetricsRegistry()
        metrics.declare([family])
        let dropped = metrics.counter(family)
        return (SpanQueue(limit: limit, dropped: dropped), dropped)
    }

    private static func context(_ text: String) -> TraceContext? {
        let bytes = Array(text.utf8)
        return TraceContext(bytes.span.bytes)
    }

    @Test("a traceparent is read and written the same")
    func sameText() throws {
        for text in [Self.text, Self.text.dropLast() + "0"] {
            let context = try #require(Self.context(String(text)))
            var bytes: [UInt8] = []
            context.append(to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == String(text))
            #expect(context.isSampled == text.hasSuffix("1"))
        }
    }

    @Test(
        "anything else is not a trace context",
        arguments: [
            "", "00", text.uppercased(), text + "0", "01" + text.dropFirst(2),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        ])
    func malformed(text: String) {
        #expect(Self.context(text) == nil)
    }

    @Test(
        "a sampler decides for a trace that begins here, and follows a caller only where it is based on its parent",
        arguments: [
            ("always_on", true, true, true), ("always_off", false, false, false),
            ("traceidratio", true, true, true), ("parentbased_always_on", true, true, false),
            ("parentbased_always_off", false, true, false), ("parentbased_traceidratio", true, true, false),
        ])
    func samplers(name: String, root: Bool, sampledParent: Bool, unsampledParent: Bool) throws {
        let sampler = try #require(TraceSampler(named: name, ratio: 1))
        let tracer = Tracer(sampler, queue: Self.queue().queue)
        let sampled = try #require(Self.context(Self.text))
        let unsampled = try #require(Self.context(Self.text.dropLast() + "0"))
        #expect((tracer.begin("x", .server, parent: nil) != nil) == root)
        #expect((tracer.begin("x", .server, parent: sampled) != nil) == sampledParent)
        #expect((tracer.begin("x", .server, parent: unsampled) != nil) == unsampledParent)
    }

    @Test("a ratio records its share of traces")
    func ratio() throws {
        for (ratio, expected) in [(0.0, 0...0), (0.25, 2000...3000), (1.0, 10_000...10_000)] {
            let tracer = Tracer(TraceSampler(ratio: ratio, isParentBased: false), queue: Self.queue().queue)
            let count = (0..<10_000).count { _ in tracer.begin("x", .server, parent: nil) != nil }
            #expect(expected.contains(count))
        }
    }

    @Test("a full queue drops spans, counts them and does not wait")
    func full() throws {
        let (queue, dropped) = Self.queue(limit: 3)
        let tracer = Tracer(TraceSampler(ratio: 1, isParentBased: false), queue: queue)
        for _ in 0..<10 {
            tracer.end(try #require(tracer.begin("x", .server, parent: nil)))
        }
        #expect(dropped.value == 7)
        #expect(queue.take(100).count == 3)
        #expect(queue.take(100).isEmpty)
    }
}
