// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import Synchronization

/// What a scrape reads of a worker: its thread writes it once for a batch, and every second while it is idle.
/// Any thread may read.
final class WorkerReadings: Sendable {
    /// One partition that the group has assigned.
    struct Partition: Sendable {
        /// It is not processed, because that could lose or double callbacks.
        var isRefused = false
        /// Offsets between the consumer's position and the end; nil until both are known.
        var lag: Int64?
        /// The time of the oldest record that is not processed; nil where there is none or it is unknown.
        var oldestUnprocessed: Timestamp?
        /// When the last transaction with one of its callbacks was committed here.
        var lastCommit: Timestamp?

        /// Takes note of how far the consumer is.
        ///
        /// - Parameter time: of the oldest unprocessed record, as far as it is known, if there is one.
        mutating func note(lag: Int64?, oldest time: Timestamp?) {
            self.lag = lag
            oldestUnprocessed = (lag ?? 0) > 0 ? time ?? oldestUnprocessed : nil
        }
    }

    struct State: Sendable {
        var partitions: [Int32: Partition] = [:]
        /// Changelog offsets that a restore has still to pass.
        var restoreOffsetsLeft: Int64 = 0
        var payments = 0
        var stateBytes = 0
    }

    private let state = Mutex(State())

    var current: State { state.withLock { $0 } }

    func update(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// The group has assigned these partitions and no others.
    func own(_ partitions: [Int32]) {
        state.withLock { state in
            let before = state.partitions
            state.partitions = [:]
            for partition in partitions {
                state.partitions[partition] = before[partition] ?? Partition()
            }
            if partitions.isEmpty {
                (state.restoreOffsetsLeft, state.payments, state.stateBytes) = (0, 0, 0)
            }
        }
    }
}
