// SPDX-License-Identifier: Apache-2.0
public import Gate

/// What came of one status request.
public enum ReconcileResult: Sendable, Equatable {
    /// - Parameters:
    ///   - status: the payment's status as the platform spells it.
    ///   - written: callbacks that were written.
    ///   - unchanged: operations whose intermediate status was published before.
    ///   - unusable: operations of which no callback can be made.
    case answered(status: String, written: Int, unchanged: Int, unusable: Int)
    /// The platform has no such payment, or no details of it yet (3061, 3062). This is not a status.
    case notFound(PlatformRefusal)
    case refused(PlatformRefusal)
    /// There is no readable answer.
    case unanswered(String)
    /// The answer could not be written to Kafka.
    case unwritten(String)
    /// The keys file has no active key of the project.
    case withoutKey

    /// The name in metrics and in output for scripts.
    public var name: String { kind.rawValue }

    /// Whether a person has to do something about it.
    public var isFault: Bool {
        switch self {
        case .answered(_, _, _, let unusable): unusable > 0
        case .notFound: false
        case .refused, .unanswered, .unwritten, .withoutKey: true
        }
    }

    enum Kind: String, CaseIterable {
        case answered
        case notFound = "not-found"
        case refused
        case unanswered
        case unwritten
        case withoutKey = "without-key"
    }

    var kind: Kind {
        switch self {
        case .answered: .answered
        case .notFound: .notFound
        case .refused: .refused
        case .unanswered: .unanswered
        case .unwritten: .unwritten
        case .withoutKey: .withoutKey
        }
    }
}
