// SPDX-License-Identifier: Apache-2.0
import Gate
import Synchronization
import System

/// A purchase on a separate thread, so that its events are seen while its answer is awaited: a callback may
/// come before the answer, and much earlier than the status of a purchase without one. Any thread.
final class PurchaseInProgress: Sendable {
    private struct State {
        var step: GateClient.Progress?
        var result: Result<PurchaseOutcome, InvalidRequest>?
    }

    private let state = Mutex(State())
    private let thread = Mutex<OSThread?>(nil)

    init(_ request: PurchaseRequest, by client: GateClient) {
        thread.withLock {
            $0 = OSThread(name: "purchase") { [self] in
                let result = Result { () throws(InvalidRequest) in
                    try client.purchase(request) { step in state.withLock { $0.step = step } }
                }
                state.withLock { $0.result = result }
            }
        }
    }

    /// Whether it has ended.
    var isOver: Bool { state.withLock { $0.result != nil } }

    /// What it has begun since the last call; nil where that is nothing.
    func takeStep() -> GateClient.Progress? { state.withLock { $0.step.take() } }

    /// Waits for its end.
    func wait() throws(InvalidRequest) -> PurchaseOutcome {
        let running = thread.withLock { $0.take() }
        running?.join()
        guard let result = state.withLock({ $0.result }) else {
            preconditionFailure("the thread of a purchase ended without a result")
        }
        return try result.get()
    }
}
