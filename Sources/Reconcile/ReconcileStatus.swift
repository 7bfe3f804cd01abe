// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What an operator sees of a running reconciliation. Any thread.
public final class ReconcileStatus: Sendable {
    struct State {
        var isReady = false
        var lastFault: String?
    }

    private let state = Mutex(State())

    public init() {}

    /// Why it does not do its work; nil where it does.
    public var notReadyReason: String? {
        let state = state.withLock { $0 }
        if !state.isReady { return "the status topic is being read" }
        return state.lastFault.map { "the last status request ended: \($0)" }
    }

    func update(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
}
