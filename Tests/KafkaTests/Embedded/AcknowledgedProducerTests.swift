// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("an acknowledged producer on the embedded cluster")
struct AcknowledgedProducerTests {
    private func producer(
        at cluster: borrowing EmbeddedCluster, timeout: Duration = .seconds(30), limit: Int = 10_000,
        _ reports: Reports
    ) throws -> AcknowledgedProducer {
        try AcknowledgedProducer(
            cluster.configuration(),
            .init(topic: "in", messageTimeout: timeout, inFlightLimit: limit), log: .silent,
            reports: reports.take)
    }

    private func produce(
        _ slots: Range<UInt64>, _ producer: AcknowledgedProducer
    ) throws(KafkaError) {
        let value = Array("value".utf8)
        for slot in slots { try producer.produce(slot: slot, key: value.span.bytes, value: value.span.bytes) }
    }

    @Test("each record is reported once, with its slot and its place")
    func reported() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let reports = Reports()
        let producer = try producer(at: cluster, reports)
        try produce(0..<5000, producer)
        #expect(producer.close(within: .seconds(120)))
        #expect(reports.all.count == 5000)
        #expect(reports.all.values.allSatisfy { $0.outcome == .persisted })
        #expect(Set(reports.all.values.map(\.offset)) == Set(0..<5000))
        #expect(reports.all[4711]?.offset == 4711)
    }

    @Test("a flush ends while the report thread serves it, and the producer goes on")
    func flush() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let reports = Reports()
        let producer = try producer(at: cluster, reports)
        try produce(0..<10, producer)
        #expect(producer.flush(within: .seconds(120)))
        #expect(reports.all.count == 10)
        #expect(producer.inFlight == 0)
        try produce(10..<20, producer)
        #expect(producer.close(within: .seconds(120)))
        #expect(reports.all.count == 20)
    }

    @Test("a full queue refuses immediately, and takes records again when it has drained")
    func queueFull() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        cluster.takeDown()
        let reports = Reports()
        let producer = try producer(at: cluster, limit: 10, reports)
        try produce(0..<10, producer)
        let error = #expect(throws: KafkaError.self) { try produce(10..<11, producer) }
        #expect(error?.code == .queueFull)
        #expect(error?.severity == .retriable)
        #expect(producer.inFlight == 10)
        cluster.bringUp()
        #expect(producer.flush(within: .seconds(120)))
        try produce(11..<12, producer)
        #expect(producer.close(within: .seconds(120)))
        // The refused record got no report.
        #expect(reports.outcomes.count == 11)
        #expect(reports.outcomes[10] == nil)
    }

    @Test("a record that was never sent has failed")
    func neverSent() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        cluster.takeDown()
        let reports = Reports()
        let producer = try producer(at: cluster, timeout: .milliseconds(500), reports)
        try produce(0..<3, producer)
        eventually { reports.outcomes.count == 3 }
        #expect(reports.outcomes.values.allSatisfy { $0 == .failed(.messageTimedOut) })
        producer.close(within: .seconds(5))
    }

    @Test("a record that was sent and never confirmed is possibly persisted, which is not a success")
    func possiblyPersisted() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let reports = Reports()
        let producer = try producer(at: cluster, timeout: .seconds(2), reports)
        try produce(0..<1, producer)
        eventually { reports.outcomes[0] == .persisted }
        cluster.delayAnswers(by: .seconds(30))
        try produce(1..<2, producer)
        eventually { reports.outcomes.count == 2 }
        guard case .possiblyPersisted = reports.outcomes[1] else {
            Issue.record("it is reported as \(String(describing: reports.outcomes[1]))")
            return
        }
        cluster.delayAnswers(by: .zero)
        producer.close(within: .zero)
    }

    @Test("closing reports what is left, each record once", .timeLimit(.minutes(30)))
    func closesWithRecordsLeft() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        cluster.takeDown()
        let reports = Reports()
        let producer = try producer(at: cluster, reports)
        try produce(0..<100, producer)
        #expect(!producer.close(within: .milliseconds(100)))
        #expect(reports.outcomes.count == 100)
        #expect(reports.outcomes.values.allSatisfy { $0 != .persisted })
        let error = #expect(throws: KafkaError.self) { try produce(100..<101, producer) }
        #expect(error?.code == .invalidState)
    }

    @Test("a fatal error is seen, refuses what comes after, and a new producer works (#4438)")
    func fatal() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        // CLUSTER_AUTHORIZATION_FAILED
        cluster.answer(.initProducerID, with: [KafkaError.Code(rawValue: 31)])
        let reports = Reports()
        let producer = try producer(at: cluster, reports)
        #expect(throws: KafkaError.self) {
            for slot in 0..<1000 as Range<UInt64> {
                try produce(slot..<(slot + 1), producer)
                eventually { reports.outcomes.count == Int(slot) + 1 || producer.fatalError != nil }
            }
        }
        #expect(producer.fatalError?.severity == .fatal)
        #expect(producer.fatalError?.code == KafkaError.Code(rawValue: 31))
        producer.close(within: .zero)

        let fresh = Reports()
        let successor = try self.producer(at: cluster, fresh)
        try produce(0..<1, successor)
        #expect(successor.close(within: .seconds(120)))
        #expect(fresh.outcomes[0] == .persisted)
    }

    @Test("the topic is reached when a broker is there, and an error in time when none is")
    func reach() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 3)
        let producer = try producer(at: cluster, Reports())
        #expect(try producer.topicReach(within: .seconds(120)).partitions == 3)
        cluster.takeDown()
        eventually {
            do throws(KafkaError) {
                _ = try producer.topicReach(within: .milliseconds(200))
                return false
            } catch {
                return error.isUnreachable
            }
        }
        producer.close(within: .zero)
    }

    @Test("a record larger than the limit is refused immediately")
    func tooLarge() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        let reports = Reports()
        let producer = try producer(at: cluster, reports)
        let value = [UInt8](repeating: 0, count: 2_000_000)
        let error = #expect(throws: KafkaError.self) {
            try producer.produce(slot: 0, key: nil, value: value.span.bytes)
        }
        #expect(error?.code == .messageTooLarge)
        #expect(producer.close(within: .seconds(120)))
        #expect(reports.all.isEmpty)
    }

    @Test("a producer that is dropped without closing ends automatically", .timeLimit(.minutes(30)))
    func dropped() throws {
        let cluster = try EmbeddedCluster(log: .silent)
        try cluster.create("in", partitions: 1)
        cluster.takeDown()
        let reports = Reports()
        do {
            let producer = try producer(at: cluster, reports)
            try produce(0..<3, producer)
        }
        eventually { reports.outcomes.count == 3 }
    }
}
