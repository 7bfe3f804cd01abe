internal import Audit
internal import Kafka
internal import Payments

/// Records of the review topic that no callback leads to: they say what a person decided.
extension PartitionRebuild {
    /// The most records of one transaction.
    private static var copiedAtATime: Int { 500 }

    /// Copies the records that resolve an item of the review topic, as they are.
    func copyResolutions() throws(ReplayError) {
        let (reader, log) = (reader, log)
        let name = TopicPartition(topic: settings.log.topics[.review], partition: partition)
        var copies: [LoggedRecord] = []
        var next: Int64 = 0
        let source = try reading { () throws(TopicReadError) in
            let bounds = try reader.bounds(name)
            next = max(bounds.low, try reader.committed(name) ?? bounds.low)
            let source = try reader.makeReader(log: log)
            try source.open(name, from: next, to: bounds.high)
            return source
        }
        while let record = try reading({ () throws(TopicReadError) in try source.next() }) {
            next = record.offset + 1
            guard record.isResolution else { continue }
            copies.append(record)
            if copies.count == Self.copiedAtATime { try copy(&copies, name, next) }
        }
        if !copies.isEmpty { try copy(&copies, name, next) }
    }

    private func copy(
        _ copies: inout [LoggedRecord], _ name: TopicPartition, _ next: Int64
    ) throws(ReplayError) {
        try publisher.copy(
            copies, to: .review,
            offset: PartitionOffset(topic: name.topic, partition: name.partition, offset: next))
        report.copiedResolutions += copies.count
        copies.removeAll()
    }
}

extension LoggedRecord {
    /// Every record that a worker writes to the review topic gives a reason.
    fileprivate var isResolution: Bool { header(RecordHeader.reason) == nil }
}
