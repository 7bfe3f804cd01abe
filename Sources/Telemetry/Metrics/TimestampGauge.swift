// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// When something happened. It has no series until that is known: a time of zero would be an age of decades.
/// Safe from any thread.
public final class TimestampGauge: Sendable {
    private static let unknown = Int64.min
    private let current = Atomic<Int64>(unknown)

    init() {}

    /// - Parameter milliseconds: since 1970, UTC.
    public func set(milliseconds: Int64) {
        current.store(milliseconds, ordering: .relaxed)
    }

    /// Milliseconds since 1970, UTC; nil until it is known.
    public var milliseconds: Int64? {
        let value = current.load(ordering: .relaxed)
        return value == Self.unknown ? nil : value
    }
}
