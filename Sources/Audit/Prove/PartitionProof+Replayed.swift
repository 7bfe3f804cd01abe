// SPDX-License-Identifier: Apache-2.0
import Payments
import StateStore

/// Records that `tidings replay` published. They are right wherever they are, once each.
extension PartitionProof where Store: ~Copyable {
    /// The record of a callback that a replay published; nil where there is none.
    func takeReplayed(_ topic: Topic, from callback: Int64) throws(TopicReadError) -> LoggedRecord? {
        let found = try replayed[topic]?.take(from: callback)
        settlePassed(of: topic)
        return found
    }

    /// Whether a dead letter of a callback is there.
    func isDeadLetterThere(
        for callback: LoggedRecord, _ context: ReplayedOutput
    ) throws(TopicReadError) -> Bool {
        if try window(.deadLetter).nextOrigin(at: callback.offset) == callback.offset { return true }
        // A topic that has every record in its place is not searched.
        guard context.isUnverified || replayed[.deadLetter]?.isSearched == true else { return false }
        return try replayed[.deadLetter]?.contains(callback.offset) ?? false
    }

    /// Reports those records of a replay that were passed and belong to no callback of the range, or came
    /// twice.
    func settlePassed(of topic: Topic) {
        for entry in window(topic).takePassed() where !isExplained(entry, on: topic) {
            reportUnexpected(entry, on: topic)
        }
    }

    /// Whether a record of a replay was found for its callback, or comes from one before the range.
    func isExplained(_ entry: TopicWindow<Source>.Entry, on topic: Topic) -> Bool {
        guard entry.isReplayed, let origin = entry.origin else { return false }
        return origin < rangeStart || replayed[topic]?.isTaken(origin, at: entry.record.offset) ?? false
    }
}
