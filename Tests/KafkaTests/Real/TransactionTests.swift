import Kafka
import Telemetry
import TestSupport
import Testing

/// What only a real broker shows: isolation, fencing, generations, offsets in transactions.
@Suite("a transaction on a real broker", .serialized, .needsBroker)
struct TransactionTests {
    /// A transaction is asserted by three facts: what a read_committed reader sees, what a read_uncommitted
    /// one sees, and the group's committed offset.
    @Test("what is committed is seen by every reader, with its offsets")
    func committed() throws {
        let broker = try Broker.shared()
        try broker.withTopics([NewTopic("in", partitions: 1), NewTopic("out", partitions: 1)]) { topics in
            try produce(["a", "b"], to: topics[0], at: broker)
            var consumer = try Consumer(
                broker.configuration, group: .init(id: broker.unique("group")), log: .silent)
            try consumer.subscribe(to: [topics[0]])
            var batch = RecordBatch()
            try fill(&batch, from: &consumer, count: 2)
            let producer = try TransactionalProducer(
                broker.configuration,
                .init(
                    transactionalID: broker.unique("tx"), topics: [topics[1]],
                    transactionTimeout: .seconds(10)), log: .silent)
            let transaction = try producer.begin()
            let out = producer.topic(topics[1])
            for index in 0..<batch.count {
                try transaction.produce(to: out, key: batch[index].key, value: batch[index].value)
            }
            try transaction.sendOffsets(consumer.nextOffsets(after: batch), of: consumer)
            try transaction.commit()

            let partition = TopicPartition(topic: topics[0], partition: 0)
            #expect(try consumer.committed([partition], within: .seconds(10)) == [2])
            for isolation in [Consumer.Isolation.readCommitted, .readUncommitted] {
                let seen = try readAll(topics[1], at: broker.bootstrapServers, isolation: isolation)
                #expect(seen.map(\.valueText) == ["a", "b"])
            }
            batch.empty()
            consumer.close()
        }
    }
}

/// Writes values through an acknowledged producer and waits until the broker has them.
func produce(_ values: [String], to topic: String, at broker: Broker) throws {
    let producer = try AcknowledgedProducer(
        broker.configuration, .init(topic: topic, messageTimeout: .seconds(20)), log: .silent
    ) { reports in
        for index in reports.indices where reports[index].outcome != .persisted {
            Issue.record("a record was not persisted: \(reports[index].outcome)")
        }
    }
    for (index, value) in values.enumerated() {
        let bytes = Array(value.utf8)
        try producer.produce(slot: UInt64(index), key: bytes.span.bytes, value: bytes.span.bytes)
    }
    #expect(producer.close(within: .seconds(20)))
}

/// Fills until the batch holds at least `count` records.
func fill(_ batch: inout RecordBatch, from consumer: inout Consumer, count: Int) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    repeat {
        try consumer.fill(&batch, first: .milliseconds(200), limit: 1000)
    } while batch.count < count && ContinuousClock.now < deadline
    try #require(batch.count >= count)
}
