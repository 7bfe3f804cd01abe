// SPDX-License-Identifier: Apache-2.0

/// The states of a machine that `Sources/README.md` draws; a test holds the drawing and `next` equal.
package protocol DrawnState: CaseIterable, Equatable, Sendable {
    /// Where a transition may lead. A state that may be entered again is in its own list.
    var next: [Self] { get }
}

extension DrawnState {
    /// Enters a state. Refuses a transition that is not drawn: the worker would decide from a payment state
    /// that is not complete, or drop a batch without a restore.
    package mutating func enter(_ state: Self) {
        precondition(next.contains(state), "enter(\(state)) called in \(self); that transition is not drawn")
        self = state
    }
}

/// The names of what a worker does; `Phase` has what belongs to each.
package enum WorkerPhase: DrawnState {
    /// The group has not assigned anything yet, or is about to assign again.
    ///
    /// Valid transitions are to `spare` and `restoring` by an assignment, and to `joining` by another.
    case joining
    /// In the group, with nothing assigned that can be processed.
    ///
    /// Valid transitions are to `joining`.
    case spare
    /// Payment state is made complete (`RestoreStage`).
    ///
    /// Valid transitions are to `running` at the end, to `restoring` with the next piece or from the
    /// beginning, and to `joining`.
    case restoring
    /// Callbacks are processed.
    ///
    /// Valid transitions are to `retrying` after an abort, to `restoring` where the batch is dropped, and to
    /// `joining`.
    case running
    /// The batch is kept and tried again.
    ///
    /// Valid transitions are to `running` with the next attempt, and to `restoring` where the batch is
    /// dropped. None to `joining`: a rebalance happens in a poll alone, and this phase does not poll.
    case retrying

    package var next: [WorkerPhase] {
        switch self {
        case .joining: [.joining, .spare, .restoring]
        case .spare: [.joining]
        case .restoring: [.joining, .restoring, .running]
        case .running: [.joining, .restoring, .retrying]
        case .retrying: [.restoring, .running]
        }
    }
}

/// The stages of a restore, in their order.
package enum RestoreStage: DrawnState {
    /// Asks for the committed offsets. Valid transitions are to `stores`.
    case offsets
    /// Opens the state stores one by one. Valid transitions are to `changelog`.
    case stores
    /// Decides what of the changelog has to be read. Valid transitions are to `reading` where something has,
    /// and to `comparing`.
    case changelog
    /// Reads the changelog. Valid transitions are to `changelog`, since a store may have to be filled again.
    case reading
    /// Compares progress and offsets, and writes the starts. Valid transitions are to `starting`.
    case comparing
    /// Lets callbacks arrive. The last one.
    case starting

    package var next: [RestoreStage] {
        switch self {
        case .offsets: [.stores]
        case .stores: [.changelog]
        case .changelog: [.reading, .comparing]
        case .reading: [.changelog]
        case .comparing: [.starting]
        case .starting: []
        }
    }
}

/// What a worker does now.
enum Phase {
    case joining
    case spare
    case restoring(Restore)
    case running
    /// The batch of `count` records is tried again; `attempt` were made.
    case retrying(count: Int, attempt: Int)

    var name: WorkerPhase {
        switch self {
        case .joining: .joining
        case .spare: .spare
        case .restoring: .restoring
        case .running: .running
        case .retrying: .retrying
        }
    }
}
