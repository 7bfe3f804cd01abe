// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Synchronization

/// Runs a body on so many threads of the system and waits for all: for clients that block, which on
/// Swift's own pool would leave no thread to serve them.
public func onThreads<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
    let threads = (0..<count).map { index in BackgroundThread { body(index) } }
    return threads.map { $0.wait() }
}

/// One thread of the system and what it found.
public final class BackgroundThread<Result: Sendable>: Sendable {
    private let result = Mutex<Result?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    public init(_ body: @escaping @Sendable () -> Result) {
        Thread.detachNewThread { [self] in
            let found = body()
            result.withLock { $0 = found }
            isDone.signal()
        }
    }

    public var isOver: Bool { result.withLock { $0 } != nil }

    /// Blocks until the thread has ended. May be called again.
    public func wait() -> Result {
        isDone.wait()
        isDone.signal()
        guard let found = result.withLock({ $0 }) else {
            preconditionFailure("A thread that ended has its result.")
        }
        return found
    }
}
