// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore

/// Taking records from the output topics; what no callback explains is reported on the way.
extension PartitionProof where Store: ~Copyable {
    /// The window of a topic that callbacks lead to.
    func window(_ topic: Topic) -> TopicWindow<Source> {
        switch topic {
        case .status: status
        case .review: review
        case .deadLetter: deadLetter
        case .callbacks, .changelog: preconditionFailure("\(topic) has no outputs to compare")
        }
    }

    /// Passes over what the callbacks before the range led to. Before the first callback.
    public func skip(before start: Int64) throws(TopicReadError) {
        rangeStart = start
        for topic in Topic.outputs { try window(topic).skip(before: start) }
    }

    /// The record of a topic that says it comes from this callback.
    func take(
        _ topic: Topic, from callback: LoggedRecord, _ decision: Decision
    ) throws(TopicReadError) -> LoggedRecord? {
        let taken = try window(topic).take(from: callback.offset)
        for entry in taken.unexplained { reportUnexpected(entry, on: topic) }
        guard let entry = taken.entry else { return try takeReplayed(topic, from: callback.offset) }
        if taken.isOutOfOrder {
            report(
                .outOfOrder, callback: callback.offset, decision: decision, topic: topic,
                offset: entry.record.offset, key: entry.record.keyBytes.map { Array($0) })
        }
        return entry.record
    }

    func reportUnexpected<Other>(
        _ entry: TopicWindow<Other>.Entry, on topic: Topic, _ reason: Fault.Unexpected? = nil
    ) {
        report(
            .unexpected(reason ?? (entry.origin == nil ? .noOrigin : .notDue)), callback: entry.origin,
            topic: topic, offset: entry.record.offset, key: entry.record.keyBytes.map { Array($0) })
    }

    /// Ends the range: all that is left on the topics came from later callbacks, or should not be there.
    ///
    /// - Parameters:
    ///   - end: the offset behind the last callback that was checked.
    ///   - logEnd: the offset behind the last callback that there is; nil where the range ends before what
    ///     the worker has decided, and what comes after it is left alone.
    public func finish(end: Int64, logEnd: Int64?) throws(TopicReadError) {
        for topic in Topic.outputs {
            settlePassed(of: topic)
            var later = 0
            while let entry = try window(topic).takeNext() {
                if isExplained(entry, on: topic) { continue }
                guard let origin = entry.origin else {
                    reportUnexpected(entry, on: topic)
                    continue
                }
                if origin < end {
                    reportUnexpected(entry, on: topic)
                } else if let logEnd {
                    if origin >= logEnd { reportUnexpected(entry, on: topic, .noCallback) }
                } else {
                    // Beyond the range is the rest of the log; a few records in a row say that it has begun.
                    later += 1
                    if later > 64 { break }
                }
            }
        }
    }
}
