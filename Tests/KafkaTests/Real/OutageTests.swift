// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Telemetry
import TestSupport
import Testing

/// A broker that is killed or frozen under its clients.
@Suite("an outage of the broker", .serialized, .needsBrokerOfItsOwn)
struct OutageTests {
    /// One broker for this suite only. Every test leaves it running.
    private static let own = Result { try Broker.start() }

    private func withBroker(_ body: (Broker, _ topic: String) throws -> Void) throws {
        let broker = try Self.own.get()
        try broker.withTopic("outage") { try body(broker, $0) }
    }

    @Test("records confirmed before a kill are readable after it, and clients reconnect automatically")
    func killed() throws {
        try withBroker { broker, topic in
            let reports = Reports()
            let producer = try AcknowledgedProducer(
                broker.configuration(),
                .init(topic: topic, messageTimeout: .milliseconds(1500)), log: .silent, reports: reports.take)
            var consumer = try broker.reader(of: topic)
            let value = Array("value".utf8)
            try producer.produce(slot: 0, key: nil, value: value.span.bytes)
            eventually(within: .seconds(60)) { reports.outcomes[0] == .persisted }
            var slot: UInt64 = 0
            broker.kill()
            slot += 1
            try producer.produce(slot: slot, key: nil, value: value.span.bytes)
            eventually(within: .seconds(60)) { reports.outcomes[slot] != nil }
            #expect(reports.outcomes[slot] != .persisted)
            try broker.restart()
            // The first records may still use the old connection. They are reported as lost.
            try eventually(within: .seconds(60)) {
                slot += 1
                try producer.produce(slot: slot, key: nil, value: value.span.bytes)
                eventually(within: .seconds(60)) { reports.outcomes[slot] != nil }
                return reports.outcomes[slot] == .persisted
            }
            #expect(producer.close(within: .seconds(60)))
            let confirmed = reports.all.values.filter { $0.outcome == .persisted }.map(\.offset).sorted()
            let read = try consumer.readUntil { $0.last?.offset == confirmed.last }.map(\.offset)
            #expect(Set(confirmed).isSubset(of: read))
        }
    }

    @Test("records for a frozen broker are reported within their timeout, and the producer recovers")
    func paused() throws {
        try withBroker { broker, topic in
            let reports = Reports()
            let producer = try AcknowledgedProducer(
                broker.configuration(), .init(topic: topic, messageTimeout: .seconds(1), inFlightLimit: 50),
                log: .silent, reports: reports.take)
            let value = Array("value".utf8)
            try producer.produce(slot: 0, key: nil, value: value.span.bytes)
            eventually(within: .seconds(60)) { reports.outcomes[0] == .persisted }
            broker.pause()
            for slot in 1...50 as ClosedRange<UInt64> {
                try producer.produce(slot: slot, key: nil, value: value.span.bytes)
            }
            let error = #expect(throws: KafkaError.self) {
                try producer.produce(slot: 51, key: nil, value: value.span.bytes)
            }
            #expect(error?.code == .queueFull)
            eventually(within: .seconds(60)) { reports.outcomes.count == 51 }
            #expect(reports.outcomes.values.filter { $0 == .persisted }.count == 1)
            broker.resume()
            var slot: UInt64 = 100
            try eventually(within: .seconds(60)) {
                slot += 1
                try producer.produce(slot: slot, key: nil, value: value.span.bytes)
                eventually(within: .seconds(60)) { reports.outcomes[slot] != nil }
                return reports.outcomes[slot] == .persisted
            }
            #expect(producer.close(within: .seconds(60)))
        }
    }

    @Test("a commit waits for a frozen broker, then asks for a new producer")
    func commitDuringPause() throws {
        try withBroker { broker, topic in
            let log = try LogFile()
            let producer = try broker.transactionalProducer(
                broker.unique("tx"), to: [topic], timeout: .seconds(300), [("socket.timeout.ms", "2000")],
                log: log.log)
            let transaction = try producer.begin()
            try transaction.produce("before", to: producer.topic(topic))
            broker.pause()
            let before = log.lines(with: "REQTMOUT").count
            let waker = BackgroundThread {
                // The first may be of a request from before the commit; the next waited within it, for
                // socket.timeout.ms.
                eventually { log.lines(with: "REQTMOUT").count >= before + 3 }
                broker.resume()
            }
            // Nil where only the log knows.
            let isCommitted: Bool? =
                switch transaction.commit() {
                case .committed: true
                case .aborted: false
                case .unknown, .fenced: nil
                }
            waker.wait()
            let needsReplacement = producer.needsReplacement
            #expect(needsReplacement)
            producer.close()
            // A reader sees what the commit reported, once the markers are written.
            try eventually(within: .seconds(60)) {
                let seen = try readAll(topic, at: broker.bootstrapServers).map(\.valueText)
                return isCommitted.map { seen == ($0 ? ["before"] : []) } ?? (seen.count <= 1)
            }
        }
    }

    @Test(
        "a commit that no broker answers has an unknown outcome, in bounded time (#5456)",
        .timeLimit(.minutes(30)))
    func commitWithoutBroker() throws {
        try withBroker { broker, topic in
            let producer = try broker.transactionalProducer(
                broker.unique("tx"), to: [topic], timeout: .seconds(3), [("socket.timeout.ms", "1000")])
            let transaction = try producer.begin()
            try transaction.produce("lost", to: producer.topic(topic))
            broker.pause()
            defer { broker.resume() }
            switch transaction.commit() {
            case .unknown: break
            case .committed, .aborted, .fenced: Issue.record("a frozen broker answered a commit")
            }
            let needsReplacement = producer.needsReplacement
            #expect(needsReplacement)
        }
    }

    @Test(
        "a consumer of a group closes within its limit while the broker is frozen (#4187, #4724)",
        .timeLimit(.minutes(30))
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
