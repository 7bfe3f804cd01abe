// SPDX-License-Identifier: Apache-2.0

/// The five topics: everything that ingress, workers and readers share.
public enum Topic: Int, Sendable, CaseIterable {
    /// The body of every accepted callback, byte for byte; the receipt in headers.
    case callbacks
    /// One event for each decision that reports something new.
    case status
    /// Bodies that a person must look at: ambiguous, conflict, stale, future, unknown shape, wrong partition.
    case review
    /// Records that could not be read at all.
    case deadLetter
    /// The payment's state after each decision that changed it.
    case changelog

    /// The name behind the prefix.
    public var baseName: String {
        switch self {
        case .callbacks: "callbacks.v1"
        case .status: "status.v1"
        case .review: "review.v1"
        case .deadLetter: "dead-letter.v1"
        case .changelog: "dedupe-changelog.v1"
        }
    }
}

/// The topics' names in one installation: a prefix, or each name automatically.
public struct TopicNames: Sendable, Equatable {
    /// What precedes the base names of an installation that chooses no other.
    public static let standardPrefix = "payments."

    private var names: [String]

    /// - Parameter named: names that replace prefix and base name.
    public init(prefix: String = standardPrefix, named: [Topic: String] = [:]) {
        names = Topic.allCases.map { named[$0] ?? prefix + $0.baseName }
    }

    public subscript(topic: Topic) -> String { names[topic.rawValue] }
}
