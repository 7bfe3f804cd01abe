// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// A value that one thread replaces while others go on reading: no thread waits, and one that has begun with
/// the old value ends with it.
package final class Replaceable<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    private let edition = Atomic<Int>(0)

    package init(_ value: Value) {
        self.value = Mutex(value)
    }

    package func replace(_ value: Value) {
        self.value.withLock { $0 = value }
        edition.wrappingAdd(1, ordering: .releasing)
    }

    /// The value now, for those who ask seldom.
    package var current: Value { value.withLock { $0 } }

    /// One thread's copy. It looks at a number for each reading and takes the lock only when that has
    /// changed.
    package struct Reader: ~Copyable {
        private let source: Replaceable
        private var edition: Int
        package private(set) var value: Value

        package init(_ source: Replaceable) {
            self.source = source
            edition = source.edition.load(ordering: .acquiring)
            value = source.current
        }

        /// Brings the copy up to date; whether it was replaced.
        package mutating func refresh() -> Bool {
            let newest = source.edition.load(ordering: .acquiring)
            guard newest != edition else { return false }
            edition = newest
            value = source.current
            return true
        }
    }
}
