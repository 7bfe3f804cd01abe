// SPDX-License-Identifier: Apache-2.0

/// The format of a changelog: of its payment states and its progress records.
public enum ChangelogFormat {
    /// The format that this version reads and writes.
    public static let current = PartitionProgress.version

    /// Why a partition whose changelog has another format is not processed, and what an operator does.
    ///
    /// - Parameter found: the format as the record names it.
    public static func reason(_ partition: Int32, found: String) -> String {
        let fact =
            "partition \(partition) is not processed: its changelog has format \(found), and this version reads "
            + "format \(current) only; "
        if let number = Int(found), number > current {
            return fact
                + "start a version that reads format \(number) here (runbook, \"Upgrade and roll back\")"
        }
        return fact
            + "use new topics: set another topic.prefix, run `tidings topics create`, then start ingress "
            + "and workers"
    }
}
