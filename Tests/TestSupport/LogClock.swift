// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// The clock of lines that are logged once a minute, which does not move until a test moves it.
public final class LogClock: Sendable {
    private let milliseconds = Atomic<Int64>(0)

    public init() {}

    /// Milliseconds since any fixed moment.
    public var now: Int64 { milliseconds.load(ordering: .relaxed) }

    public func advance(by duration: Duration) {
        milliseconds.wrappingAdd(duration.components.seconds * 1000, ordering: .relaxed)
    }
}
