// SPDX-License-Identifier: Apache-2.0

/// When a purchase is sent again, and when its status is asked for.
public struct PurchasePacing: Sendable, Equatable {
    /// How often a purchase is sent that provably did not arrive.
    public var attempts: Int
    public var pauseBetweenAttempts: Duration
    /// From an unreadable answer to the first status request. The platform answers none before 10 s.
    public var firstStatus: Duration
    public var statusInterval: Duration
    /// From an unreadable answer to the end of asking.
    public var statusDeadline: Duration

    public init(
        attempts: Int = 3, pauseBetweenAttempts: Duration = .seconds(1), firstStatus: Duration = .seconds(10),
        statusInterval: Duration = .seconds(10), statusDeadline: Duration = .seconds(60)
    ) {
        precondition(attempts > 0, "a purchase is sent at least once")
        self.attempts = attempts
        self.pauseBetweenAttempts = pauseBetweenAttempts
        self.firstStatus = firstStatus
        self.statusInterval = statusInterval
        self.statusDeadline = statusDeadline
    }
}
