// SPDX-License-Identifier: Apache-2.0

/// How many partitions the callbacks topic has, and had when the payments in it were processed.
///
/// A payment's partition follows from the count, so added partitions take payments away from their state. An
/// ingress that runs sees the count change. One that starts later finds the old count on the changelog, which
/// has a partition for each that is processed.
package struct PartitionCounts: Equatable {
    /// With which callbacks are processed, as far as it is known.
    package private(set) var expected: Int?
    /// Of the callbacks topic, by the last look-up.
    package private(set) var callbacks: Int?
    /// Of the changelog, by the last look-up that found it.
    package private(set) var changelog: Int?

    package init() {}

    /// - Parameters:
    ///   - callbacks: partitions of the callbacks topic now.
    ///   - changelog: of the changelog; nil where that is not known.
    /// - Returns: whether a difference was found that was not there before.
    package mutating func note(callbacks: Int, changelog: Int?) -> Bool {
        let before = self
        if expected == nil { expected = callbacks }
        // Partitions are only ever added, so the lower of two counts is the older one.
        if before.changelog == nil, let changelog { expected = expected.map { min($0, changelog) } }
        self.callbacks = callbacks
        self.changelog = changelog ?? before.changelog
        return isDifferent
            && (!before.isDifferent || before.callbacks != callbacks || before.changelog != self.changelog)
    }

    /// Whether callbacks may be written to partitions that are not processed, or the topics were altered
    /// apart from each other.
    package var isDifferent: Bool {
        callbacks != expected || changelog.map { $0 != callbacks } ?? false
    }
}
