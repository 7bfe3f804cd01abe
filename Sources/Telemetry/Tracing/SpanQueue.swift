// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Ended spans on their way to the exporter. Bounded: what does not fit is dropped and counted. Safe from any
/// thread; the lock is held for an append or a swap alone.
public final class SpanQueue: Sendable {
    private let limit: Int
    private let waiting = Mutex<[TraceSpan]>([])
    private let dropped: Counter

    /// - Parameters:
    ///   - limit: the most spans that wait.
    ///   - dropped: counts spans that did not fit.
    public init(limit: Int = 2048, dropped: Counter) {
        self.limit = limit
        self.dropped = dropped
    }

    func append(_ span: TraceSpan) {
        let isKept = waiting.withLock { spans in
            guard spans.count < limit else { return false }
            spans.append(span)
            return true
        }
        if !isKept { dropped.add() }
    }

    /// The oldest spans, at most `count`.
    public func take(_ count: Int) -> [TraceSpan] {
        waiting.withLock { spans in
            let taken = Array(spans.prefix(count))
            spans.removeFirst(taken.count)
            return taken
        }
    }
}
