// SPDX-License-Identifier: Apache-2.0

/// Begins and ends the spans of a service. There is one only where an exporter is configured.
///
/// Safe from any thread. A span that the sampler leaves out costs the decision and nothing else.
public final class Tracer: Sendable {
    private let sampler: TraceSampler
    private let queue: SpanQueue

    public init(_ sampler: TraceSampler, queue: SpanQueue) {
        self.sampler = sampler
        self.queue = queue
    }

    /// Begins the first span of this service for a request; nil if its trace is not recorded.
    ///
    /// - Parameter parent: the caller's span; nil where the trace begins here.
    public func begin(
        _ name: String, _ kind: TraceSpan.Kind, parent: TraceContext?, at time: UInt64 = TraceSpan.now
    ) -> TraceSpan? {
        let high = parent?.traceHigh ?? Self.randomID()
        let low = parent?.traceLow ?? Self.randomID()
        guard sampler.samples(traceLow: low, parent: parent) else { return nil }
        let context = TraceContext(traceHigh: high, traceLow: low, span: Self.randomID(), isSampled: true)
        return TraceSpan(name, kind, context, parent: parent, startedAt: time)
    }

    /// Begins a span below another one of this service.
    public func begin(
        _ name: String, _ kind: TraceSpan.Kind, in parent: TraceSpan, at time: UInt64 = TraceSpan.now
    ) -> TraceSpan {
        let context = TraceContext(
            traceHigh: parent.context.traceHigh, traceLow: parent.context.traceLow, span: Self.randomID(),
            isSampled: true)
        return TraceSpan(name, kind, context, parent: parent.context, startedAt: time)
    }

    /// Begins a trace that is recorded whatever the sampler says: of work for others that are recorded, and
    /// that it links to.
    public func beginLinked(_ name: String, _ kind: TraceSpan.Kind, to links: [TraceContext], at time: UInt64)
        -> TraceSpan
    {
        let context = TraceContext(
            traceHigh: Self.randomID(), traceLow: Self.randomID(), span: Self.randomID(), isSampled: true)
        var span = TraceSpan(name, kind, context, parent: nil, startedAt: time)
        for link in links { span.link(to: link) }
        return span
    }

    /// Hands a span over to the exporter. Never waits.
    public func end(_ span: consuming TraceSpan, at time: UInt64 = TraceSpan.now) {
        var span = span
        span.end(at: time)
        queue.append(span)
    }

    private static func randomID() -> UInt64 { .random(in: 1...UInt64.max) }
}
