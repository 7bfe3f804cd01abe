// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore

/// Callbacks that were written again, and the records that resolve their items.
extension PartitionProof where Store: ~Copyable {
    func noteRepeated(_ callback: LoggedRecord) {
        guard let found = RepeatedCallback(callback) else { return }
        repeated.append(.init(callback: found, offset: callback.offset))
    }

    /// Remembers a record that was written while the proof ran.
    func noteLater(_ record: LoggedRecord) {
        if let resolution = Resolution(record) { laterResolutions.append(resolution) }
    }

    /// The records that resolve items, as far as the topics were read.
    package var resolutions: [Resolution] { ledger.resolved.map(\.resolution) }

    private var ledger: ResolutionLedger {
        ResolutionLedger(
            topic: setup.processor.topics[.callbacks], partition: setup.partition, repeated: repeated,
            resolved: window(.review).resolutions + window(.deadLetter).resolutions)
    }

    /// Compares the callbacks that were written again with the records that resolve their items. After the
    /// last callback of the log, undecided ones included.
    public func compareResolutions() {
        let mismatches = ledger.mismatches(
            from: rangeStart, horizons: setup.horizons, later: laterResolutions)
        for mismatch in mismatches {
            report(
                mismatch.kind, callback: mismatch.callback, topic: mismatch.topic, offset: mismatch.offset)
        }
    }
}
