// SPDX-License-Identifier: Apache-2.0
import Gate
import Synchronization

/// A clock that moves only when a client waits, so that a test need not.
final class TestTime: Sendable {
    private let state = Mutex<(now: Duration, pauses: [Duration])>((.zero, []))

    /// Every pause but those of no length.
    var pauses: [Duration] { state.withLock { $0.pauses } }

    var gateTime: GateTime {
        GateTime(now: { [self] in state.withLock { $0.now } }) { [self] pause in
            state.withLock { state in
                state.now += pause
                if pause > .zero { state.pauses.append(pause) }
            }
        }
    }
}
