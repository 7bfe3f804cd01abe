// SPDX-License-Identifier: Apache-2.0
internal import Payments
internal import StateStore

/// A proof that goes on with the workers, from the payment states that they had when it began.
extension PartitionProof where Store: ~Copyable {
    /// Gives a payment the state that the workers have of it; nil is none. Before the first callback.
    func begin(_ key: RawSpan, with state: ArraySlice<UInt8>?) throws(TopicReadError) {
        var auditRecord = PaymentAuditRecord(.whole)
        auditRecord.state = state.map { Array($0) } ?? []
        try auditRecords.set(auditRecord, of: key)
    }

    /// Goes on after the output topics were extended.
    func resume() {
        for topic in Topic.outputs { window(topic).resume() }
    }

    /// Reports the records that are left of callbacks before this one.
    ///
    /// Those that `tidings replay` published are passed: whether each is there once is for an audit of the
    /// whole log to say.
    func settle(before callback: Int64) throws(TopicReadError) {
        for topic in Topic.outputs {
            let window = window(topic)
            for entry in try window.takeAll(before: callback) where !entry.isReplayed {
                reportUnexpected(entry, on: topic)
            }
            _ = window.takePassed()
        }
    }
}
