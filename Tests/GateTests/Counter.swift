// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts by name, from 0.
final class Counter: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// How often the name was counted before.
    func next(_ name: String) -> Int {
        counts.withLock { counts in
            defer { counts[name, default: 0] += 1 }
            return counts[name, default: 0]
        }
    }
}
