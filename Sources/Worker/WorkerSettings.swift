// SPDX-License-Identifier: Apache-2.0
public import Payments

/// How much a worker takes in one batch, and how long it retries.
public struct WorkerSettings: Sendable {
    /// The bound of one transaction: the more records share a commit, the less each costs, and the longer a
    /// read_committed reader waits for the first of them.
    public var batch = BatchLimit(count: 8000, bytes: 8 << 20)
    /// The least time from the beginning of a transaction to that of the next. At zero the time that a commit
    /// takes is the only pace: less delay, and more transactions for worker and brokers where callbacks come
    /// one by one.
    public var commitInterval: Duration = .zero
    /// How long a worker without work waits for a record before it looks at anything else.
    public var idleWait: Duration = .milliseconds(100)
    /// How often one batch is tried in new transactions before it is dropped and read again.
    public var batchAttempts = 5
    /// How often in a row batches may be dropped, producers replaced or restores begun again without a commit
    /// in between, before the worker gives up its clients.
    public var recoveryAttempts = 10
    /// How often another producer may take this one's id within `fencingWindow` before the worker's clients
    /// are built again.
    public var fencingLimit = 3
    public var fencingWindow: Duration = .seconds(600)
    /// The pause before the first repetition; it doubles with each, to 32 times.
    public var retryPause: Duration = .milliseconds(50)
    /// Payment states looked at by the sweep for each record of a batch, so that a partition's sweep keeps
    /// pace with its growth and its cost with its traffic.
    public var sweepPerRecord = 1
    /// Changes held back during a restore before they are written to the store in one transaction.
    public var restoreChunkBytes = 4 << 20
    /// How long a store that another thread still holds is waited for, in attempts of `retryPause`.
    public var lockAttempts = 600

    /// What the operator accepts of what a restore refuses.
    public var accepted = AcceptedLosses()
    /// How often an idle worker commits the position that it has reached.
    public var idleCommitInterval: Duration = .seconds(10)
    /// How often the progress of an idle partition is written again: a changelog deletes by time too.
    public var progressInterval: Duration = .seconds(86_400)
    /// How often partitions that wait for others are looked at again.
    public var waitInterval: Duration = .seconds(2)

    public init() {}

    /// The pause before the attempt after `attempt` failed ones.
    func pause(after attempt: Int) -> Duration { retryPause * (1 << min(max(attempt - 1, 0), 5)) }
}
