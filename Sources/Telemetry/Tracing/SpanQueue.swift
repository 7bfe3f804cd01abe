import Synchronization

/// Ended spans on their way to the exporter. Bounded: what does not fit is dropped and counted. Safe from any
/// thread; the lock is held for an append or a swap alone.
public final class SpanQueue: Sendable {
    private let limit: Int
    private let waiting = Mutex<[TraceSpan]>([])
    private let dropped = Atomic<Int>(0)

    /// - Parameter limit: the most spans that wait.
    public init(limit: Int = 2048) { self.limit = limit }

    func append(_ span: TraceSpan) {
        let isKept = waiting.withLock { spans in
            guard spans.count < limit else { return false }
            spans.append(span)
            return true
        }
        if !isKept { dropped.wrappingAdd(1, ordering: .relaxed) }
    }

    /// The oldest spans, at most `count`.
    public func take(_ count: Int) -> [TraceSpan] {
        waiting.withLock { spans in
            let taken = Array(spans.prefix(count))
            spans.removeFirst(taken.count)
            return taken
        }
    }

    /// Spans that did not fit.
    public var droppedCount: Int { dropped.load(ordering: .relaxed) }
}
