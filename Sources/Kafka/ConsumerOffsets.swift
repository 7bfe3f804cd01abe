// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import System

/// The first offset in a partition's log and the one after its last.
public struct Watermarks: BitwiseCopyable, Equatable, Sendable {
    public let low: Int64
    /// For a consumer that reads committed records only, the last *stable* offset: no record of an open
    /// transaction is before it.
    public let high: Int64

    public init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}

extension Consumer {
    /// The group's committed offsets, each that of the next record; nil where none is committed.
    ///
    /// With `readCommitted` it answers only when no open transaction holds offsets of that partition back, so
    /// that a new owner never starts where its predecessor's commit is still under way (KIP-447).
    public func committed(
        _ partitions: [TopicPartition], within limit: Duration
    ) throws(KafkaError) -> [Int64?] {
        let list = PartitionList(partitions)
        return try fetchCommitted(list, of: partitions, within: limit)
    }

    private func fetchCommitted(
        _ list: borrowing PartitionList, of partitions: [TopicPartition], within limit: Duration
    ) throws(KafkaError) -> [Int64?] {
        let group = KafkaRight(isMember ? .read : .describe, on: .group(groupID))
        let topic = KafkaRight(.describe, on: .topic(partitions.first?.topic ?? ""))
        return try requiring(group, topic) { () throws(KafkaError) in
            try askCommitted(list, within: limit)
            return try client.offsets(in: list)
        }
    }

    /// librdkafka looks for the coordinator until the limit, also where a broker refuses that, and puts the
    /// refusal into the consumer's queue. A member polls it. The queue of any other consumer that asks for
    /// offsets has nothing else in it.
    private func askCommitted(
        _ list: borrowing PartitionList, within limit: Duration
    ) throws(KafkaError) {
        let deadline = ContinuousClock.now + limit
        var slice = isMember ? limit : min(limit, .seconds(2))
        while true {
            let code = rd_kafka_committed(client.pointer, list.pointer, slice.millisecondsRoundedUp)
            if code == RD_KAFKA_RESP_ERR__TIMED_OUT, !isMember, let refusal = coordinatorRefusal() {
                throw client.error(refusal)
            }
            let left = ContinuousClock.now.duration(to: deadline)
            guard code == RD_KAFKA_RESP_ERR__TIMED_OUT, left > .zero else { return try client.check(code) }
            // Longer each time, so that a slow broker has the time that it needs.
            slice = min(slice * 2, left)
        }
    }

    private func coordinatorRefusal() -> rd_kafka_resp_err_t? {
        while let message = rd_kafka_consumer_poll(client.pointer, 0) {
            defer { rd_kafka_message_destroy(message) }
            if message.pointee.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED {
                return message.pointee.err
            }
        }
        return nil
    }

    /// The same with the metadata that each was committed with.
    public func committedOffsets(
        _ partitions: [TopicPartition], within limit: Duration
    ) throws(KafkaError) -> [PartitionOffset?] {
        let list = PartitionList(partitions)
        let offsets = try fetchCommitted(list, of: partitions, within: limit)
        return partitions.indices.map { index in
            offsets[index].map { offset in
                PartitionOffset(
                    topic: partitions[index].topic, partition: partitions[index].partition, offset: offset,
                    metadata: list.metadata(at: index))
            }
        }
    }

    /// The offset after the last record handed out, control markers passed over; nil before the first.
    public func position(of partition: TopicPartition) throws(KafkaError) -> Int64? {
        let list = PartitionList([partition])
        try client.check(rd_kafka_position(client.pointer, list.pointer))
        return try client.offsets(in: list)[0]
    }

    /// The offset after a partition's last record, open transactions included, as the last answer to a fetch
    /// contained it; nil before the first. Sends no request.
    public func fetchedEnd(of partition: TopicPartition) -> Int64? {
        var low: Int64 = 0
        var high: Int64 = -1
        let code = rd_kafka_get_watermark_offsets(
            client.pointer, partition.topic, partition.partition, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
    }

    /// Asks the broker where a partition begins and ends.
    public func watermarks(
        of partition: TopicPartition, within limit: Duration
    ) throws(KafkaError) -> Watermarks {
        try client.watermarks(of: partition, within: limit)
    }

    /// For each partition the first offset whose record is at or after `time` (milliseconds since 1970), nil
    /// where there is none.
    public func offsets(
        of partitions: [TopicPartition], at time: Int64, within limit: Duration
    ) throws(KafkaError) -> [Int64?] {
        try client.offsets(of: partitions, at: time, within: limit)
    }

    /// Makes librdkafka look now whether it should fetch: for a reader that found nothing and knows there is
    /// more.
    ///
    /// With 100,000 records waiting to be taken it stops fetching, and looks again after a second, however
    /// soon they were taken (#2879, not settable in 2.0.2). A request to a partition's leader ends that
    /// pause.
    ///
    /// - Returns: how many partitions' leaders were asked.
    @discardableResult
    public func fetchOn() -> Int {
        var asked = 0
        for partition in assignment {
            asked += 1
            do throws(KafkaError) {
                _ = try client.watermarks(of: partition, within: .seconds(1))
            } catch {
                // The next fill reports the error. Waiting a second for each of a hundred partitions would
                // hold up a stop.
                return asked
            }
        }
        return asked
    }

}

extension Client {
    /// Not by `rd_kafka_query_watermark_offsets`, which in 2.0.2 waits without a limit while the leader is
    /// away (#2588).
    func watermarks(of partition: TopicPartition, within limit: Duration) throws(KafkaError) -> Watermarks {
        try askLeaders(of: [partition.topic], within: limit) { (timeout) throws(KafkaError) in
            Watermarks(
                low: try end(of: partition, Int64(RD_KAFKA_OFFSET_BEGINNING), timeout),
                high: try end(of: partition, Int64(RD_KAFKA_OFFSET_END), timeout))
        }
    }

    /// - Parameter name: librdkafka's name of the first or the next offset, in the place of a time.
    private func end(
        of partition: TopicPartition, _ name: Int64, _ timeout: Int32
    ) throws(KafkaError) -> Int64 {
        let list = PartitionList([
            PartitionOffset(topic: partition.topic, partition: partition.partition, offset: name)
        ])
        try requiring(.init(.describe, on: .topic(partition.topic))) { () throws(KafkaError) in
            try check(rd_kafka_offsets_for_times(pointer, list.pointer, timeout))
        }
        guard let offset = try offsets(in: list)[0] else {
            throw KafkaError(.unknownPartition, detail: "the leader does not know an offset")
        }
        return offset
    }

    func offsets(
        of partitions: [TopicPartition], at time: Int64, within limit: Duration
    ) throws(KafkaError) -> [Int64?] {
        let topics = Array(Set(partitions.map(\.topic)))
        return try askLeaders(of: topics, within: limit) { (timeout) throws(KafkaError) in
            let list = PartitionList(
                partitions.map { PartitionOffset(topic: $0.topic, partition: $0.partition, offset: time) })
            return try requiring(.init(.describe, on: .topic(topics.first ?? ""))) { () throws(KafkaError) in
                try check(rd_kafka_offsets_for_times(pointer, list.pointer, timeout))
                return try offsets(in: list)
            }
        }
    }

    /// What librdkafka wrote into a list: an offset or an error per partition. Negative offsets are names for
    /// "none" and "the end".
    func offsets(in list: borrowing PartitionList) throws(KafkaError) -> [Int64?] {
        var offsets: [Int64?] = []
        for index in 0..<Int(list.pointer.pointee.cnt) {
            let element = list.pointer.pointee.elems[index]
            try check(element.err)
            offsets.append(element.offset < 0 ? nil : element.offset)
        }
        return offsets
    }
}
