// SPDX-License-Identifier: Apache-2.0

/// Attempts at batches that failed since the last commit, for whatever cause. A worker whose batches fail
/// again and again processes nothing, so it is not ready.
///
/// Time is that of the worker's clock, which never goes back.
package struct FailedAttempts {
    /// One or two may fail while a coordinator or a leader moves.
    private static let limit = 3
    /// After so long without a failure, and without anything to publish, no batch fails.
    private static let retention = Duration.seconds(60)

    private var count = 0
    private var latest = Duration.zero

    package init() {}

    /// - Returns: whether the worker is not ready because of it.
    package mutating func note(at now: Duration) -> Bool {
        count += 1
        latest = now
        return count >= Self.limit
    }

    /// For a worker that was built again while batches failed.
    package mutating func goOn(at now: Duration) { (count, latest) = (Self.limit, now) }

    /// For a worker that has nothing to publish: whether failures that were noted count no longer.
    package func hasExpired(at now: Duration) -> Bool { count > 0 && now - latest > Self.retention }
}
