/// What becomes of a record of `payments.callbacks.v1`. Each record gets exactly one, so that the counts of all of
/// them add up to the records read.
public enum Decision: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// It tells something new: the first of its operation, or a later state of it.
    case advance
    /// It changes what was already final: another final, other money, or a final taken back.
    case correction
    /// It was told before.
    case `repeat`
    /// Something newer was told of its operation before.
    case late
    /// Too old to know whether it was told before.
    case stale
    /// Dated more than a day after it came.
    case future
    /// It contradicts what was told for the same moment.
    case conflict
    /// The signature verifies, but the signed text can be read in more than one way.
    case ambiguous
    /// No event can be made of it.
    case unknownShape
    /// It lies in a partition that its key does not belong to.
    case misplaced
    /// It could not be read or trusted at all.
    case deadLetter

    /// The name in metrics, headers and the account of `tidings prove`.
    public var name: StaticString {
        switch self {
        case .advance: "advance"
        case .correction: "correction"
        case .repeat: "repeat"
        case .late: "late"
        case .stale: "stale"
        case .future: "future"
        case .conflict: "conflict"
        case .ambiguous: "ambiguous"
        case .unknownShape: "unknown-shape"
        case .misplaced: "misplaced"
        case .deadLetter: "dead-letter"
        }
    }

    /// Where a record with this decision is told of; nil where it is counted only.
    public var topic: Topic? {
        switch self {
        case .advance, .correction: .status
        case .repeat, .late: nil
        case .stale, .future, .conflict, .ambiguous, .unknownShape, .misplaced: .review
        case .deadLetter: .deadLetter
        }
    }

    /// Whether a person should be woken: the platform contradicts itself, or its clock or ours is wrong.
    public var isAlarming: Bool { self == .conflict || self == .future }
}
