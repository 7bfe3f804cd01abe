// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A number that goes up and down. Safe from any thread.
public final class Gauge: Sendable {
    private let current = Atomic<Int>(0)

    init() {}

    /// Replaces the value.
    public func set(_ value: Int) {
        current.store(value, ordering: .relaxed)
    }

    /// Moves the value, upwards or with a negative amount downwards.
    public func add(_ amount: Int) {
        current.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The value last set.
    public var value: Int { current.load(ordering: .relaxed) }
}
