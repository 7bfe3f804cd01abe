// SPDX-License-Identifier: Apache-2.0
public import Audit

extension Replay {
    /// Compares what was published with what is derived now, event by event. Changes nothing.
    ///
    /// Records that are older than their topic keeps them are not missing.
    ///
    /// - Returns: how many callbacks were decided again, and how many differences were found.
    public func diff(
        found: @escaping (ReplayDifference) -> Void, progress: (Proof.Progress) -> Void
    ) throws(ReplayError) -> (callbacks: Int, differences: Int) {
        let counter = DifferenceCounter(self, found)
        let report = try run(fault: counter.note, output: counter.note, progress: progress)
        return (report.account.callbacks, counter.count)
    }
}

/// Hands on the differences of the range, and counts them. Confined to one thread.
private final class DifferenceCounter {
    private let replay: Replay
    private let found: (ReplayDifference) -> Void
    private(set) var count = 0

    init(_ replay: Replay, _ found: @escaping (ReplayDifference) -> Void) {
        self.replay = replay
        self.found = found
    }

    func note(_ fault: Fault) {
        guard let difference = ReplayDifference(fault) else { return }
        if let callback = fault.callback {
            guard replay.covers(fault.partition, callback, key: fault.key) else { return }
        } else if replay.settings.range.key != nil {
            return
        }
        hand(difference)
    }

    func note(_ fault: OutputFault) {
        guard let difference = ReplayDifference(fault), let callback = difference.callback,
            replay.covers(difference.partition, callback, key: difference.key)
        else { return }
        hand(difference)
    }

    private func hand(_ difference: ReplayDifference) {
        count += 1
        found(difference)
    }
}
