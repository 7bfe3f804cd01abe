import Foundation
import Kafka
import Telemetry
import TestSupport
import Testing

/// A broker that is killed, or stands still, under its clients.
@Suite("an outage of the broker", .serialized, .needsBrokerOfItsOwn)
struct OutageTests {
    /// One broker of this suite's own; every test leaves it running.
    private static let own = Result { try Broker.start() }

    private func withBroker(_ body: (Broker, _ topic: String) throws -> Void) throws {
        let broker = try Self.own.get()
        try broker.withTopic("outage") { try body(broker, $0) }
    }

    @Test("what was confirmed before a kill is there after it, and clients go on by themselves")
    func killed() throws {
        try withBroker { broker, topic in
            let reports = Reports()
            let producer = try AcknowledgedProducer(
                broker.configuration(),
                .init(topic: topic, messageTimeout: .milliseconds(1500)), log: .silent, reports: reports.take)
            var consumer = try broker.reader(of: topic)
            let value = Array("value".utf8)
            try producer.produce(slot: 0, key: nil, value: value.span.bytes)
            eventually { reports.outcomes[0] == .persisted }
            var slot: UInt64 = 0
            broker.kill()
            slot += 1
            try producer.produce(slot: slot, key: nil, value: value.span.bytes)
            eventually { reports.outcomes[slot] != nil }
            #expect(reports.outcomes[slot] != .persisted)
            try broker.restart()
            // The first records may still meet the old connection: they are told as lost, and it goes on.
            try eventually(within: .seconds(60)) {
                slot += 1
                try producer.produce(slot: slot, key: nil, value: value.span.bytes)
                eventually { reports.outcomes[slot] != nil }
                return reports.outcomes[slot] == .persisted
            }
            #expect(producer.close(within: .seconds(20)))
            let confirmed = reports.all.values.filter { $0.outcome == .persisted }.map(\.offset).sorted()
            let read = try consumer.readUntil { $0.last?.offset == confirmed.last }.map(\.offset)
            #expect(Set(confirmed).isSubset(of: read))
        }
    }

    @Test("records given to a broker that stands still are told within their time, and the producer recovers")
    func paused() throws {
        try withBroker { broker, topic in
            let reports = Reports()
            let producer = try AcknowledgedProducer(
                broker.configuration(), .init(topic: topic, messageTimeout: .seconds(1), inFlightLimit: 50),
                log: .silent, reports: reports.take)
            let value = Array("value".utf8)
            try producer.produce(slot: 0, key: nil, value: value.span.bytes)
            eventually { reports.outcomes[0] == .persisted }
            broker.pause()
            for slot in 1...50 as ClosedRange<UInt64> {
                try producer.produce(slot: slot, key: nil, value: value.span.bytes)
            }
            let error = #expect(throws: KafkaError.self) {
                try producer.produce(slot: 51, key: nil, value: value.span.bytes)
            }
            #expect(error?.isQueueFull == true)
            eventually { reports.outcomes.count == 51 }
            #expect(reports.outcomes.values.filter { $0 == .persisted }.count == 1)
            broker.resume()
            var slot: UInt64 = 100
            try eventually(within: .seconds(60)) {
                slot += 1
                try producer.produce(slot: slot, key: nil, value: value.span.bytes)
                eventually { reports.outcomes[slot] != nil }
                return reports.outcomes[slot] == .persisted
            }
            #expect(producer.close(within: .seconds(20)))
        }
    }

    @Test("a commit waits for a broker that stands still, then asks for a new producer")
    func commitDuringPause() throws {
        try withBroker { broker, topic in
            let producer = try broker.transactionalProducer(
                broker.unique("tx"), to: [topic], timeout: .seconds(30), [("socket.timeout.ms", "2000")])
            let transaction = try producer.begin()
            try transaction.produce("before", to: producer.topic(topic))
            broker.pause()
            let waker = BackgroundThread {
                // Longer than the socket's time-out, shorter than the transaction's.
                Thread.sleep(forTimeInterval: 3)
                broker.resume()
            }
            let isCommitted: Bool
            do throws(KafkaError) {
                try transaction.commit()
                isCommitted = true
            } catch {
                isCommitted = false
                #expect(error.severity != .retriable)
            }
            waker.wait()
            let needsReplacement = producer.needsReplacement
            #expect(needsReplacement)
            producer.close()
            // Whatever the commit said is what a reader sees, once the markers are written.
            try eventually {
                try readAll(topic, at: broker.bootstrapServers).map(\.valueText)
                    == (isCommitted ? ["before"] : [])
            }
        }
    }

    @Test("a commit that no broker answers ends as a fatal error, in bounded time", .timeLimit(.minutes(2)))
    func commitWithoutBroker() throws {
        try withBroker { broker, topic in
            let producer = try broker.transactionalProducer(
                broker.unique("tx"), to: [topic], timeout: .seconds(3), [("socket.timeout.ms", "1000")])
            let transaction = try producer.begin()
            try transaction.produce("lost", to: producer.topic(topic))
            broker.pause()
            defer { broker.resume() }
            do throws(KafkaError) {
                try transaction.commit()
                Issue.record("a commit was answered by a broker that stands still")
            } catch {
                #expect(error.severity == .fatal)
            }
            let needsReplacement = producer.needsReplacement
            #expect(needsReplacement)
        }
    }

    @Test(
        "a consumer of a group closes within its limit while the broker stands still", .timeLimit(.minutes(2))
    )
    func closeDuringPause() throws {
        try withBroker { broker, topic in
            var consumer = try Consumer(
                broker.configuration(), group: .init(id: broker.unique("group")), log: .silent)
            try consumer.subscribe(to: [topic])
            try consumer.waitForAssignment()
            broker.pause()
            defer { broker.resume() }
            consumer.close(within: .seconds(1))
        }
    }
}
