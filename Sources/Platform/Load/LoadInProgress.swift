// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization

/// A load on its way. Any thread.
public final class LoadInProgress: Sendable {
    private let state: Mutex<(sum: LoadResult, missing: Int)>
    private let ended = DispatchSemaphore(value: 0)
    private let start: ContinuousClock.Instant

    init(_ connections: Int, start: ContinuousClock.Instant) {
        state = Mutex((LoadResult(), connections))
        self.start = start
    }

    /// Takes what one connection has done.
    func add(_ share: LoadResult) {
        state.withLock { state in
            state.sum.add(share)
            state.missing -= 1
            if state.missing == 0 { state.sum.elapsed = ContinuousClock.now - start }
        }
        ended.signal()
    }

    /// Whether every connection has ended.
    public var isOver: Bool { state.withLock { $0.missing == 0 } }

    /// Waits for the end.
    public func wait() -> LoadResult {
        while !isOver { _ = ended.wait(timeout: .now() + .seconds(60)) }
        return state.withLock { $0.sum }
    }
}
