import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("errors of a transaction on the embedded cluster")
struct TransactionErrorTests {
    @Test("headers on a partition that is not there are freed once, and the transaction can be aborted")
    func headersOnMissingPartition() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        let transaction = try producer.begin()
        let value = Array("value".utf8)
        for _ in 0..<100 {
            var headers = RecordHeaders()
            headers.add("name", value.span.bytes)
            do throws(KafkaError) {
                try transaction.produce(
                    to: producer.topic("out"), partition: 99, key: nil, value: value.span.bytes,
                    headers: headers)
                Issue.record("a record for a missing partition was taken")
            } catch {
                #expect(error.isUnknownTopic)
                #expect(error.severity == .abortable)
            }
        }
        try transaction.abort()
    }

    @Test("a record that is refused fails the commit with an abortable error that names the cause")
    func refusedRecord() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        cluster.answer(.produce, with: [.messageTooLarge])
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        do throws(KafkaError) {
            try transaction.commit()
            Issue.record("a transaction without one of its records was committed")
        } catch {
            #expect(error.severity == .abortable)
            #expect(error.message.contains("MSG_SIZE_TOO_LARGE"))
        }
        // The embedded cluster fails the transaction after an abort once more: a bounded number of tries.
        var isCommitted = false
        for _ in 0..<5 where !isCommitted {
            let transaction = try producer.begin()
            do throws(KafkaError) {
                try transaction.produce("b", to: producer.topic("out"))
                try transaction.commit()
                isCommitted = true
            } catch {
                #expect(error.severity == .abortable)
            }
        }
        #expect(isCommitted)
    }

    @Test("an error the broker calls retriable is waited out inside the call")
    func retriable() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        // COORDINATOR_LOAD_IN_PROGRESS, CONCURRENT_TRANSACTIONS
        cluster.answer(.endTransaction, with: [.init(rawValue: 14), .init(rawValue: 51)])
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        try transaction.commit()
        let stillGood = !producer.needsReplacement
        #expect(stillGood)
    }

    @Test("a producer is fenced for good when the broker says so")
    func fenced() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        cluster.answer(.endTransaction, with: [.producerFenced])
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        do throws(KafkaError) {
            try transaction.commit()
            Issue.record("a fenced producer committed")
        } catch {
            #expect(error.severity == .fatal)
            #expect(error.isFenced)
        }
        let needsReplacement = producer.needsReplacement
        #expect(needsReplacement)
    }

    @Test("a commit that took longer than the socket's time-out asks for a new producer")
    func slowCommit() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"], [("socket.timeout.ms", "1000")])
        let quick = try producer.begin()
        try quick.produce("a", to: producer.topic("out"))
        try quick.commit()
        let stillGood = !producer.needsReplacement
        #expect(stillGood)
        // No request alone takes that long, but a commit waits for three of them, one after the other.
        cluster.delayAnswers(by: .milliseconds(400))
        let slow = try producer.begin()
        try slow.produce("b", to: producer.topic("out"))
        try slow.commit()
        let needsReplacement = producer.needsReplacement
        #expect(needsReplacement)
    }

    @Test("a dropped transaction is aborted, and the next can begin")
    func dropped() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        do {
            let transaction = try producer.begin()
            try transaction.produce("a", to: producer.topic("out"))
        }
        let next = try producer.begin()
        try next.abort()
    }
}
