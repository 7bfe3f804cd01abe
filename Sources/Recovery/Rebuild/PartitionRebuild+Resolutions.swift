// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Kafka
internal import Payments

/// Records of the review and dead-letter topics that no callback leads to: they say what a person decided.
extension PartitionRebuild {
    /// The most records of one transaction.
    private static var copiedAtATime: Int { 500 }

    /// Copies the records that resolve an item, as they are.
    func copyResolutions() throws(ReplayError) {
        for topic in [Topic.review, .deadLetter] { try copyResolutions(of: topic) }
    }

    private func copyResolutions(of topic: Topic) throws(ReplayError) {
        let name = TopicPartition(topic: settings.log.topics[topic], partition: partition)
        var copies: [LoggedRecord] = []
        var next: Int64 = 0
        let source = try reading { () throws(TopicReadError) in
            let bounds = try reader.bounds(name)
            next = max(bounds.low, try reader.committed(name) ?? bounds.low)
            let source = try reader.makeReader()
            try source.open(name, from: next, to: bounds.high)
            return source
        }
        while let record = try reading({ () throws(TopicReadError) in try source.next() }) {
            next = record.offset + 1
            guard record.isResolution(on: topic) else { continue }
            copies.append(record)
            if copies.count == Self.copiedAtATime { try copy(&copies, of: topic, name, next) }
        }
        if !copies.isEmpty { try copy(&copies, of: topic, name, next) }
    }

    private func copy(
        _ copies: inout [LoggedRecord], of topic: Topic, _ name: TopicPartition, _ next: Int64
    ) throws(ReplayError) {
        try publisher.copy(
            copies, to: topic,
            offset: PartitionOffset(topic: name.topic, partition: name.partition, offset: next))
        report.copiedResolutions += copies.count
        copies.removeAll()
    }
}

extension LoggedRecord {
    /// Every record that a worker writes to the review topic gives a reason, and every dead letter an error
    /// class.
    fileprivate func isResolution(on topic: Topic) -> Bool {
        header(topic == .review ? RecordHeader.reason : RecordHeader.errorClass) == nil
    }
}
