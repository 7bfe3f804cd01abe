// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
public import Telemetry

extension KafkaConfiguration {
    /// Fetches from the end of topics until the leader of one partition of each has answered.
    ///
    /// Nothing else shows whether the right to read is there: `Write` implies `Describe`, so a principal that
    /// may only write gets the offsets of a partition too, and nothing is fetched from an empty one.
    /// Blocks its caller.
    ///
    /// - Throws: an error that names the missing right; or, when no leader has answered within `limit`, the
    ///   last error.
    public func fetchOnce(
        from topics: [String], partitionCount: Int32, within limit: Duration, log: Log
    ) throws(KafkaError) {
        var consumer = try Consumer(self, group: nil, fetchWait: .milliseconds(10), log: log)
        try consumer.assign(
            topics.flatMap { topic in
                (0..<partitionCount).map {
                    PartitionOffset(topic: topic, partition: $0, offset: Int64(RD_KAFKA_OFFSET_END))
                }
            })
        var waiting = topics
        var batch = RecordBatch()
        var failure = KafkaError(.timedOut, detail: "no fetch was answered within \(limit)")
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            do throws(KafkaError) {
                try consumer.fill(&batch, first: .milliseconds(20), limit: 1)
            } catch {
                if error.missingRight != nil { throw error }
                failure = error
            }
            waiting.removeAll { topic in
                (0..<partitionCount).contains {
                    consumer.fetchedEnd(of: TopicPartition(topic: topic, partition: $0)) != nil
                }
            }
            if waiting.isEmpty { return }
        }
        throw failure
    }
}
