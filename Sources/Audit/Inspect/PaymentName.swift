// SPDX-License-Identifier: Apache-2.0
internal import Payments

/// How a person names a payment, and the key it has on the topics.
public struct PaymentName: Sendable, Equatable {
    /// The key of its records.
    public let key: [UInt8]

    private static let otherKinds = ["token:", "recurring:", "request:", "sha256:"]

    /// Takes a project and a payment id in two words or with a colon between them, or a key that begins with
    /// `token:`, `recurring:`, `request:` or `sha256:`.
    ///
    /// - Returns: nil where it is not one of these.
    public init?(_ words: [String]) {
        if words.count == 1, Self.otherKinds.contains(where: { words[0].hasPrefix($0) }) {
            key = Array(words[0].utf8)
            return
        }
        let parts: [Substring]
        switch words.count {
        case 1: parts = words[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        case 2: parts = words.map { $0[...] }
        default: return nil
        }
        guard parts.count == 2, let project = Int64(parts[0]), project >= 0, "\(project)" == parts[0],
            !parts[1].isEmpty
        else { return nil }
        var key: [UInt8] = []
        PartitionKey.derive(projectID: project, paymentID: Array(parts[1].utf8).span, into: &key)
        self.key = key
    }
}
