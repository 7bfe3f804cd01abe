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
        status.resume()
        review.resume()
        deadLetter.resume()
    }

    /// Reports the records that are left of callbacks before this one.
    ///
    /// Those that `tidings replay` published are passed: whether each is there once is for an audit of the
    /// whole log to say.
    func settle(before callback: Int64) throws(TopicReadError) {
        for topic in [Topic.status, .review, .deadLetter] {
            let left =
                switch topic {
                case .status: try status.takeAll(before: callback)
                case .review: try review.takeAll(before: callback)
                case .deadLetter: try deadLetter.takeAll(before: callback)
                case .callbacks, .changelog: [] as [TopicWindow<Source>.Entry]
                }
            for entry in left where !entry.isReplayed { reportUnexpected(entry, on: topic) }
        }
        status.forgetPassed()
        review.forgetPassed()
        deadLetter.forgetPassed()
    }
}
