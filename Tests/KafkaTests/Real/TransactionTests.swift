// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

/// What only a real broker shows. A transaction is asserted by three facts: what a read_committed reader
/// sees, what a read_uncommitted one sees, and the group's committed offset.
@Suite("a transaction on a real broker", .serialized, .needsBroker)
struct TransactionTests {
    private struct Setting {
        let broker: Broker
        let input: String
        let output: String
        var partition: TopicPartition { TopicPartition(topic: input, partition: 0) }

        func seen(_ isolation: Consumer.Isolation) throws -> [String?] {
            try readAll(output, at: broker.bootstrapServers, isolation: isolation).map(\.valueText)
        }

        /// A member of a new group that has all of the input's records in hand.
        func withBatch(
            _ body: (inout Consumer, borrowing RecordBatch) throws -> Void
        ) throws {
            var consumer = try Consumer(
                broker.configuration(), group: .init(id: broker.unique("group")), log: .silent)
            try consumer.subscribe(to: [input])
            var batch = RecordBatch()
            try consumer.wait(for: 1, in: &batch)
            try body(&consumer, batch)
            batch.empty()
            consumer.close()
        }
    }

    private func withSetting(_ body: (Setting) throws -> Void) throws {
        let broker = try Broker.shared()
        try broker.withTopics([NewTopic("in", partitions: 1), NewTopic("out", partitions: 1)]) { topics in
            try broker.produce(["a"], to: topics[0])
            try body(Setting(broker: broker, input: topics[0], output: topics[1]))
        }
    }

    @Test("that was committed is seen by every reader, and its offsets are the group's")
    func committed() throws {
        try withSetting { setting in
            let producer = try setting.broker.transactionalProducer(
                setting.broker.unique("tx"), to: [setting.output])
            try setting.withBatch { consumer, batch in
                let transaction = try producer.begin()
                try transaction.produce("event", to: producer.topic(setting.output))
                try transaction.sendOffsets(batch.nextOffsets(of: setting.input), of: consumer)
                try transaction.commitOrThrow()
                let committed = try consumer.committed([setting.partition], within: .seconds(120))
                #expect(committed == [1])
            }
            // A commit returns when it is decided. The markers that readers wait for are written after that.
            try eventually(within: .seconds(60)) { try setting.seen(.readCommitted) == ["event"] }
            #expect(try setting.seen(.readUncommitted) == ["event"])
        }
    }

    @Test("that was aborted is in the log, is not read, and moves no offset")
    func aborted() throws {
        try withSetting { setting in
            let producer = try setting.broker.transactionalProducer(
                setting.broker.unique("tx"), to: [setting.output])
            try setting.withBatch { consumer, batch in
                // A record reaches the log before the abort only if something waits for it; a first
                // transaction that is committed behind it would. So: produce until it is seen.
                let transaction = try producer.begin()
                try transaction.produce("event", to: producer.topic(setting.output))
                try transaction.sendOffsets(batch.nextOffsets(of: setting.input), of: consumer)
                try eventually(within: .seconds(60)) { try setting.seen(.readUncommitted) == ["event"] }
                try transaction.abortOrThrow()
                let committed = try consumer.committed([setting.partition], within: .seconds(120))
                #expect(committed == [nil])
            }
            #expect(try setting.seen(.readCommitted) == [])
            #expect(try setting.seen(.readUncommitted) == ["event"])
        }
    }

    @Test("that is open hides all behind it from read_committed readers, and holds committed offsets back")
    func open() throws {
        try withSetting { setting in
            let first = try setting.broker.transactionalProducer(
                setting.broker.unique("tx"), to: [setting.output])
            let second = try setting.broker.transactionalProducer(
                setting.broker.unique("tx"), to: [setting.output])
            try setting.withBatch { consumer, batch in
                let open = try first.begin()
                try open.produce("open", to: first.topic(setting.output))
                try open.sendOffsets(batch.nextOffsets(of: setting.input), of: consumer)
                try eventually(within: .seconds(60)) { try setting.seen(.readUncommitted) == ["open"] }
                let behind = try second.begin()
                try behind.produce("behind", to: second.topic(setting.output))
                try behind.commitOrThrow()
                #expect(try setting.seen(.readUncommitted) == ["open", "behind"])
                #expect(try setting.seen(.readCommitted) == [])
                // KIP-447: a new owner of the partition must wait for the open transaction's outcome.
                do throws(KafkaError) {
                    let offsets = try consumer.committed([setting.partition], within: .seconds(1))
                    Issue.record("an unstable offset was reported: \(offsets)")
                } catch {
                    #expect(error.severity == .retriable)
                }
                try open.commitOrThrow()
                let committed = try consumer.committed([setting.partition], within: .seconds(120))
                #expect(committed == [1])
            }
            try eventually(within: .seconds(60)) { try setting.seen(.readCommitted) == ["open", "behind"] }
        }
    }

    @Test("ends with a marker that a reader's position passes and no record shows")
    func marker() throws {
        try withSetting { setting in
            let producer = try setting.broker.transactionalProducer(
                setting.broker.unique("tx"), to: [setting.output])
            let transaction = try producer.begin()
            try transaction.produce("event", to: producer.topic(setting.output))
            try transaction.commitOrThrow()
            var consumer = try setting.broker.reader(of: setting.output)
            let partition = TopicPartition(topic: setting.output, partition: 0)
            let before = try consumer.position(of: partition)
            #expect(before == nil)
            try eventually(within: .seconds(60)) {
                let end = try consumer.watermarks(of: partition, within: .seconds(120))
                return end.low == 0 && end.high == 2
            }
            var batch = RecordBatch()
            var offsets: [Int64] = []
            try eventually(within: .seconds(60)) {
                try consumer.fill(&batch, first: .milliseconds(100), limit: 10)
                for index in 0..<batch.count { offsets.append(batch[index].offset) }
                return try consumer.position(of: partition) == 2
            }
            #expect(offsets == [0])
        }
    }

    @Test("of a predecessor is aborted by a new producer with the same id, and the old one is fenced")
    func fenced() throws {
        try withSetting { setting in
            let id = setting.broker.unique("tx")
            let old = try setting.broker.transactionalProducer(
                id, to: [setting.output], timeout: .seconds(600))
            let open = try old.begin()
            try open.produce("lost", to: old.topic(setting.output))
            try eventually(within: .seconds(60)) { try setting.seen(.readUncommitted) == ["lost"] }

            let new = try setting.broker.transactionalProducer(id, to: [setting.output])
            let next = try new.begin()
            try next.produce("kept", to: new.topic(setting.output))
            try next.commitOrThrow()
            // Without the take-over, the open transaction of the old producer would hide this record for 10
            // minutes.
            try eventually(within: .seconds(120)) { try setting.seen(.readCommitted) == ["kept"] }

            switch open.commit() {
            case .fenced(let error): #expect(error.isFenced && error.severity == .fatal)
            case .committed, .aborted, .unknown: Issue.record("a fenced producer's commit ended otherwise")
            }
            let needsReplacement = old.needsReplacement
            #expect(needsReplacement)
            #expect(try setting.seen(.readCommitted) == ["kept"])
        }
    }

    @Test("with the offsets of a member that the group has left behind is refused")
    func staleGeneration() throws {
        try withSetting { setting in
            let group = setting.broker.unique("group")
            let impatient = [
                ("session.timeout.ms", "1000"), ("max.poll.interval.ms", "1000"),
                ("heartbeat.interval.ms", "200"),
            ]
            var old = try Consumer(
                setting.broker.configuration(impatient), group: .init(id: group), log: .silent)
            try old.subscribe(to: [setting.input])
            var batch = RecordBatch()
            try old.wait(for: 1, in: &batch)
            // The old member stops polling, so the group gives its partition to the new one.
            var new = try Consumer(
                setting.broker.configuration(impatient), group: .init(id: group), log: .silent)
            try new.subscribe(to: [setting.input])
            try new.waitForAssignment()

            let producer = try setting.broker.transactionalProducer(
                setting.broker.unique("tx"), to: [setting.output])
            let transaction = try producer.begin()
            try transaction.produce("stale", to: producer.topic(setting.output))
            do throws(KafkaError) {
                try transaction.sendOffsets(batch.nextOffsets(of: setting.input), of: old)
                Issue.record("a member that is no longer in the group sent offsets")
            } catch {
                #expect(error.isStaleGeneration)
                #expect(error.severity == .abortable)
            }
            try transaction.abortOrThrow()
            #expect(try setting.seen(.readCommitted) == [])
            batch.empty()
            old.close()
            new.close()
        }
    }

    @Test("cannot write to a topic that is not there")
    func missingTopic() throws {
        let broker = try Broker.shared()
        let configuration = try broker.configuration()
        do throws(KafkaError) {
            _ = try TransactionalProducer(
                configuration,
                .init(
                    transactionalID: broker.unique("tx"), topics: [broker.unique("absent")],
                    transactionTimeout: .seconds(5)), log: .silent)
            Issue.record("a producer was made for a topic that is not there")
        } catch {
            #expect(error.isUnknownTopic)
        }
    }
}
