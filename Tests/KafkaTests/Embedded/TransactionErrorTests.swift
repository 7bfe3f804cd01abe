// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("errors of a transaction on the embedded cluster")
struct TransactionErrorTests {
    @Test("headers on a partition that is not there are freed once, and the abort succeeds (#4628)")
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
        try transaction.abortOrThrow()
    }

    @Test("a record that is refused fails the commit with an abortable error that names the cause")
    func refusedRecord() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        cluster.answer(.produce, with: [.messageTooLarge])
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        switch transaction.commit() {
        case .aborted(let error):
            #expect(error.code == .messageTooLarge)
            #expect(error.topic == "out")
            #expect(error.message.contains("MSG_SIZE_TOO_LARGE"))
        case .committed, .unknown, .fenced:
            Issue.record("a transaction without one of its records was not aborted")
        }
        // The embedded cluster fails the transaction after an abort once more: a bounded number of tries.
        var isCommitted = false
        for _ in 0..<5 where !isCommitted {
            let transaction = try producer.begin()
            do throws(KafkaError) {
                try transaction.produce("b", to: producer.topic("out"))
            } catch {
                #expect(error.severity == .abortable)
                continue
            }
            switch transaction.commit() {
            case .committed: isCommitted = true
            case .aborted: break
            case .unknown(let error), .fenced(let error): Issue.record("\(error)")
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
        try transaction.commitOrThrow()
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
        switch transaction.commit() {
        case .fenced(let error): #expect(error.isFenced && error.severity == .fatal)
        case .committed, .aborted, .unknown: Issue.record("a fenced producer's commit ended otherwise")
        }
        let needsReplacement = producer.needsReplacement
        #expect(needsReplacement)
    }

    @Test("a commit that the coordinator puts off has an unknown outcome, and asks for a new producer")
    func unansweredCommit() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"], timeout: .seconds(2))
        // COORDINATOR_LOAD_IN_PROGRESS, for longer than the deadline: librdkafka asks again without limit.
        cluster.answer(
            .endTransaction, with: (0..<5_000).map { _ in KafkaError.Code(rawValue: 14) })
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        switch transaction.commit() {
        case .unknown(let error): #expect(error.severity == .retriable && error.isUnreachable)
        case .committed, .aborted, .fenced: Issue.record("a commit without an answer has a known outcome")
        }
        let needsReplacement = producer.needsReplacement
        #expect(needsReplacement)
    }

    @Test("offsets that the coordinator puts off are given up as an abortable error, and the abort follows")
    func unansweredOffsets() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"], timeout: .seconds(2))
        var consumer = try Consumer(cluster.configuration(), group: .init(id: "group"), log: .silent)
        try consumer.subscribe(to: ["in"])
        try consumer.waitForAssignment()
        cluster.answer(
            .addOffsetsToTransaction, with: (0..<5_000).map { _ in KafkaError.Code(rawValue: 14) })
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        do throws(KafkaError) {
            try transaction.sendOffsets(
                [PartitionOffset(topic: "in", partition: 0, offset: 1)], of: consumer)
            Issue.record("offsets that no coordinator took are in the transaction")
        } catch {
            #expect(error.severity == .abortable)
        }
        try transaction.abortOrThrow()
        // A late request would add these offsets to the next transaction of this producer.
        let needsReplacement = producer.needsReplacement
        #expect(needsReplacement)
    }

    @Test("a stop ends a commit that waits for the coordinator at the end of its slice")
    func stoppedCommit() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let isStopping = Flag()
        var settings = TransactionalProducer.Settings(
            transactionalID: "t", topics: ["out"], transactionTimeout: .seconds(900))
        settings.isStopRequested = { isStopping.isRaised }
        // So only the stop ends the commit before the 15 minutes of the transaction timeout.
        let producer = try TransactionalProducer(
            cluster.configuration([("max.poll.interval.ms", "54000000")]), settings, log: .silent)
        cluster.answer(
            .endTransaction, with: (0..<50_000).map { _ in KafkaError.Code(rawValue: 14) })
        let transaction = try producer.begin()
        try transaction.produce("a", to: producer.topic("out"))
        isStopping.raise()
        switch transaction.commit() {
        case .unknown: break
        case .committed, .aborted, .fenced: Issue.record("a commit without an answer has a known outcome")
        }
    }

    @Test("the deadline for an answer is the timeout that librdkafka has in effect, not the one configured")
    func effectiveTimeout() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        // Never above transaction.timeout.ms less 100 ms.
        let producer = try cluster.transactionalProducer("t", to: ["out"], timeout: .seconds(2))
        cluster.delayAnswers(by: .milliseconds(700))
        let slow = try producer.begin()
        try slow.produce("b", to: producer.topic("out"))
        // Three requests, one after the other: more than 1.9 s.
        switch slow.commit() {
        case .committed, .unknown, .aborted, .fenced: break
        }
        let needsReplacement = producer.needsReplacement
        #expect(needsReplacement)
    }

    @Test("a record after a failure is refused with the failure, not with its own state")
    func produceAfterFailure() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"])
        cluster.answer(.produce, with: [.topicAuthorizationFailed])
        let transaction = try producer.begin()
        var failure: KafkaError?
        eventually(within: .seconds(60)) {
            do throws(KafkaError) {
                try transaction.produce("a", to: producer.topic("out"))
            } catch {
                failure = error
            }
            return failure != nil
        }
        #expect(failure?.code == .topicAuthorizationFailed)
        #expect(failure?.topic == "out")
        try transaction.abortOrThrow()
    }

    @Test("a commit that took longer than the socket's time-out asks for a new producer")
    func slowCommit() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("out", partitions: 1)
        let producer = try cluster.transactionalProducer("t", to: ["out"], [("socket.timeout.ms", "1000")])
        let quick = try producer.begin()
        try quick.produce("a", to: producer.topic("out"))
        try quick.commitOrThrow()
        let stillGood = !producer.needsReplacement
        #expect(stillGood)
        // No request alone takes that long, but a commit waits for three of them, one after the other.
        cluster.delayAnswers(by: .milliseconds(400))
        let slow = try producer.begin()
        try slow.produce("b", to: producer.topic("out"))
        try slow.commitOrThrow()
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
        try next.abortOrThrow()
    }
}
