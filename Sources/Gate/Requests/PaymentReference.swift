// SPDX-License-Identifier: Apache-2.0

/// A payment as a person names it on a command line: its project and its id.
public struct PaymentReference: Sendable, Equatable {
    public let projectID: Int64
    public let paymentID: String

    /// - Parameter words: `1234:payment_47`, or the project and the id.
    /// - Returns: nil for anything else.
    public init?(_ words: [String]) {
        let parts: [String]
        switch words.count {
        case 1:
            parts = words[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
        case 2: parts = words
        default: return nil
        }
        guard parts.count == 2, let project = Int64(parts[0]), project > 0, "\(project)" == parts[0],
            !parts[1].isEmpty
        else { return nil }
        projectID = project
        paymentID = parts[1]
    }

    /// A new, unique payment id.
    public static func newID() -> String {
        let digits = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }
        return "tidings-" + digits.joined()
    }
}
