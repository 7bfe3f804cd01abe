// SPDX-License-Identifier: Apache-2.0

/// What one step of a worker came to, for the thread that runs it.
public enum StepOutcome: Sendable, Equatable {
    /// There was nothing to do.
    case idle
    /// Something was done: more may be waiting.
    case progressed
    /// Something failed that may pass, or the next transaction is not due yet; the thread sleeps first.
    case pause(Duration)
    /// This worker is over; the thread closes it.
    case over(WorkerEnd)
}

/// Why a worker cannot go on as it is.
public enum WorkerEnd: Sendable, Equatable {
    /// It was fenced: another live process has the same slot, or the group has lost this member's id. The
    /// clients are built again once; if they are fenced again within a session timeout, the process exits and
    /// says so.
    case fenced(String)
    /// Its clients or its state broke: everything is built again from the log, after a pause.
    case broken(String)
    /// A topic or the cluster refuses what the worker asks for, and nothing here ends that. Everything is
    /// built again until it does not refuse any more; the process does not end.
    case blocked(String)
    /// Its state cannot be written, for want of space or rights. It leaves the group until the state can be
    /// written; what was committed is in the log.
    case stateless(String)
    /// Building it again would lead here again: the progress record of a partition cannot be read.
    case unfit(String)
}

extension WorkerEnd {
    /// Whether the partitions go to other workers now. A static member that only closes keeps them until the
    /// session timeout, and permanently if it is built again before that.
    var leavesGroup: Bool {
        switch self {
        case .stateless: true
        case .fenced, .broken, .blocked, .unfit: false
        }
    }

    /// The sentence for log and readiness.
    public var reason: String {
        switch self {
        case .fenced(let why):
            "another live worker has this slot, or the group keeps fencing this one: \(why)"
        case .broken(let why), .blocked(let why), .stateless(let why), .unfit(let why): why
        }
    }
}
