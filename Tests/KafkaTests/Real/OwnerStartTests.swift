// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

/// What a worker builds its restore on.
@Suite("an assignment that its owner starts, on a real broker", .serialized, .needsBroker)
struct OwnerStartTests {
    @Test("nothing is read of an assignment before its owner starts it, again after it was stopped")
    func owner() throws {
        let broker = try Broker.shared()
        try broker.withTopic("in", partitions: 2) { topic in
            try broker.produce(["a", "b", "c"], to: topic)
            var consumer = try Consumer(
                broker.configuration,
                group: .init(id: broker.unique("group"), instanceID: "one", start: .byOwner), log: .silent)
            try consumer.subscribe(to: [topic])
            var batch = RecordBatch()
            var changes: [AssignmentChange] = []
            try eventually {
                try consumer.fill(&batch, first: .milliseconds(100), limit: 100)
                changes += consumer.takeAssignmentChanges()
                return !changes.isEmpty
            }
            let both = [0, 1].map { TopicPartition(topic: topic, partition: $0) }
            #expect(changes == [.assigned(both)])
            let count = consumer.assignmentCount
            for _ in 0..<10 {
                try consumer.fill(&batch, first: .milliseconds(100), limit: 100)
                let isEmpty = batch.isEmpty
                try #require(isEmpty)
            }
            #expect(try consumer.committed(both, within: .seconds(120)) == [nil, nil])
            let beginning = both.map { PartitionOffset(topic: topic, partition: $0.partition, offset: 0) }
            for _ in 0..<2 {
                try consumer.read(from: beginning)
                var seen = 0
                try eventually {
                    try consumer.fill(&batch, first: .milliseconds(100), limit: 100)
                    seen += batch.count
                    return seen == 3
                }
                try consumer.read(from: [])
                try produceNothingMore(&consumer, &batch)
            }
            let after = consumer.assignmentCount
            #expect(after == count)
            batch.empty()
            consumer.close()
        }
    }

    private func produceNothingMore(_ consumer: inout Consumer, _ batch: inout RecordBatch) throws {
        for _ in 0..<5 {
            try consumer.fill(&batch, first: .milliseconds(50), limit: 100)
            let isEmpty = batch.isEmpty
            try #require(isEmpty)
        }
    }

    @Test(
        "a followed topic's end is known after a commit, and a reader's position passes the markers behind it"
    )
    func acknowledged() throws {
        let broker = try Broker.shared()
        try broker.withTopics([NewTopic("log", partitions: 2), NewTopic("other", partitions: 2)]) { topics in
            let producer = try TransactionalProducer(
                broker.configuration,
                .init(
                    transactionalID: broker.unique("tx"), topics: topics, transactionTimeout: .seconds(10),
                    followedTopic: topics[0]), log: .silent)
            let key = Array("key".utf8)
            for (isCommitted, count) in [(true, 3), (false, 2), (true, 2), (true, 1)] {
                let transaction = try producer.begin()
                for topic in topics {
                    for _ in 0..<count {
                        try transaction.produce(
                            to: producer.topic(topic), partition: 1, key: key.span.bytes,
                            value: key.span.bytes)
                    }
                }
                if isCommitted { try transaction.commitOrThrow() } else { try transaction.abortOrThrow() }
            }
            // A marker follows each committed transaction; what was aborted may have been sent or not.
            let (end, none) = (producer.acknowledgedEnd(of: 1), producer.acknowledgedEnd(of: 0))
            #expect(none == nil)
            let admin = try Admin(broker.configuration, log: .silent)
            let place = TopicPartition(topic: topics[0], partition: 1)
            // A commit returns when it is decided; its marker is written a little later.
            var high: Int64 = 0
            try eventually {
                high = try admin.watermarks(of: place, within: .seconds(120)).high
                return end == high - 1
            }
            for start in 0..<high {
                var reader = try Consumer(broker.configuration, group: nil, log: .silent)
                try reader.assign([PartitionOffset(topic: topics[0], partition: 1, offset: start)])
                var batch = RecordBatch()
                var position: Int64?
                eventually("from \(start)") {
                    try? reader.fill(&batch, first: .milliseconds(50), limit: 100)
                    position = try? reader.position(of: place)
                    return position == high
                }
                batch.empty()
                reader.close()
            }
        }
    }
}
