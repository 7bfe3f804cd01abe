// SPDX-License-Identifier: Apache-2.0

/// What becomes of a record of `payments.callbacks.v1`. Each record gets exactly one, so that the counts of
/// all of them add up to the records read.
public enum Decision: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Something new of its operation, or the first of it.
    case advance
    /// It replaces a final status: by another status, or by other money.
    case correction
    /// Its content was published before.
    case duplicate
    /// A newer status of its operation was published before.
    case late
    /// Too old to know whether it was published before.
    case stale
    /// Dated more than a day after its record.
    case future
    /// It contradicts what was published.
    case conflict
    /// The signature verifies, but the signed text can be read in more than one way.
    case ambiguous
    /// No event can be made of it.
    case unknownShape
    /// Its record is in another partition than its key's.
    case wrongPartition
    /// It could not be read or trusted at all.
    case deadLetter

    /// The name in metrics, headers and the account of `tidings prove`.
    public var name: StaticString {
        switch self {
        case .advance: "advance"
        case .correction: "correction"
        case .duplicate: "duplicate"
        case .late: "late"
        case .stale: "stale"
        case .future: "future"
        case .conflict: "conflict"
        case .ambiguous: "ambiguous"
        case .unknownShape: "unknown-shape"
        case .wrongPartition: "wrong-partition"
        case .deadLetter: "dead-letter"
        }
    }

    /// The topic that a record with this decision leads to a record on; nil where it is counted only.
    public var topic: Topic? {
        switch self {
        case .advance, .correction: .status
        case .duplicate, .late: nil
        case .stale, .future, .conflict, .ambiguous, .unknownShape, .wrongPartition: .review
        case .deadLetter: .deadLetter
        }
    }

    /// Whether it raises an alarm: the platform contradicts itself, or its clock or ours is wrong.
    public var isAlarming: Bool { self == .conflict || self == .future }
}
