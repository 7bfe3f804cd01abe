// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A number that only grows while the process lives. Safe from any thread; an addition is one atomic
/// instruction.
public final class Counter: Sendable {
    private let total = Atomic<Int>(0)

    init() {}

    /// - Parameter amount: zero or more.
    public func add(_ amount: Int = 1) {
        precondition(amount >= 0, "a counter never goes down: use a gauge")
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The sum of all additions so far.
    public var value: Int { total.load(ordering: .relaxed) }
}
