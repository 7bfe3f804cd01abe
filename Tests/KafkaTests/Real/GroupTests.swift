// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Synchronization
import Telemetry
import TestSupport
import Testing

@Suite("a consumer group on a real broker", .serialized, .needsBroker)
struct GroupTests {
    /// A member on a separate thread, which fills until it is reported to stop.
    private final class Member: Sendable {
        private let stopping = Atomic<Bool>(false)
        private let state = Mutex<(assignment: [TopicPartition], count: Int, records: [ReadRecord])>(
            ([], 0, []))

        init(_ configuration: KafkaConfiguration, _ group: Consumer.Group, topic: String) {
            Thread.detachNewThread {
                do {
                    var consumer = try Consumer(configuration, group: group, log: .silent)
                    try consumer.subscribe(to: [topic])
                    var batch = RecordBatch()
                    while !self.stopping.load(ordering: .relaxed) {
                        try consumer.fill(&batch, first: .milliseconds(50), limit: 100)
                        let (assignment, count) = (consumer.assignment, consumer.assignmentCount)
                        let records = (0..<batch.count).map { ReadRecord(batch[$0]) }
                        self.state.withLock {
                            // What was read under an earlier assignment was not committed, so it is dropped.
                            if $0.count != count { $0.records = [] }
                            $0 = (assignment, count, $0.records + records)
                        }
                    }
                    batch.empty()
                    consumer.close()
                } catch {
                    Issue.record(error)
                }
                self.state.withLock { $0.assignment = [] }
            }
        }

        var assignment: [TopicPartition] { state.withLock { $0.assignment } }
        var assignmentCount: Int { state.withLock { $0.count } }
        var records: [ReadRecord] { state.withLock { $0.records } }
        func stop() {
            stopping.store(true, ordering: .relaxed)
            eventually { assignment.isEmpty }
        }
    }

    @Test("over a rebalance no record is passed over, and none comes twice under one assignment")
    func rebalance() throws {
        let broker = try Broker.shared()
        try broker.withTopic(partitions: 2) { topic in
            let values = (0..<4000).map { "value-\($0)" }
            try broker.produce(values, to: topic)
            let group = Consumer.Group(id: broker.unique("group"))
            let configuration = try broker.configuration([("heartbeat.interval.ms", "100")])
            var first = try Consumer(configuration, group: group, log: .silent)
            try first.subscribe(to: [topic])
            var batch = RecordBatch()
            // Some records in hand, the others fetched and waiting, when a second member comes.
            try first.wait(for: 1, in: &batch, limit: 10)
            let second = Member(configuration, group, topic: topic)

            var (mine, count): ([ReadRecord], Int) = ([], first.assignmentCount)
            try eventually {
                try first.fill(&batch, first: .milliseconds(50), limit: 100_000)
                // Nothing was committed: what was read under an earlier assignment comes again.
                if first.assignmentCount != count { (mine, count) = ([], first.assignmentCount) }
                for index in 0..<batch.count { mine.append(ReadRecord(batch[index])) }
                return first.assignment.count == 1 && second.assignment.count == 1
                    && mine.count + second.records.count >= values.count
            }
            let seen = (mine + second.records).compactMap(\.valueText)
            #expect(seen.count == values.count)
            let isComplete = Set(seen) == Set(values)
            #expect(isComplete)
            second.stop()
            batch.empty()
            first.close()
        }
    }

    @Test("a static member that returns in time gets its partitions back, and no other member notices")
    func staticMember() throws {
        let broker = try Broker.shared()
        try broker.withTopic(partitions: 2) { topic in
            let id = broker.unique("group")
            let configuration = try broker.configuration([
                ("session.timeout.ms", "30000"), ("heartbeat.interval.ms", "200"),
            ])
            let stays = Member(configuration, .init(id: id, instanceID: "\(id)-0-0"), topic: topic)
            var goes = Member(configuration, .init(id: id, instanceID: "\(id)-1-0"), topic: topic)
            eventually { stays.assignment.count == 1 && goes.assignment.count == 1 }
            let (count, partitions) = (stays.assignmentCount, goes.assignment)
            goes.stop()
            goes = Member(configuration, .init(id: id, instanceID: "\(id)-1-0"), topic: topic)
            eventually { goes.assignment == partitions }
            #expect(stays.assignmentCount == count)
            goes.stop()
            stays.stop()
        }
    }

    @Test("of two live members with one instance id the older is fenced, fatally")
    func fencedInstance() throws {
        let broker = try Broker.shared()
        try broker.withTopic(partitions: 1) { topic in
            let id = broker.unique("group")
            let configuration = try broker.configuration([("heartbeat.interval.ms", "200")])
            let group = Consumer.Group(id: id, instanceID: "\(id)-0-0")
            var older = try Consumer(configuration, group: group, log: .silent)
            try older.subscribe(to: [topic])
            try older.waitForAssignment()
            let younger = Member(configuration, group, topic: topic)
            eventually { younger.assignment.count == 1 }
            var batch = RecordBatch()
            let deadline = ContinuousClock.now + .seconds(120)
            var fencing: KafkaError?
            while fencing == nil, ContinuousClock.now < deadline {
                do throws(KafkaError) {
                    try older.fill(&batch, first: .milliseconds(100), limit: 10)
                } catch {
                    if error.severity == .fatal { fencing = error }
                }
            }
            #expect(fencing?.isFenced == true)
            #expect(fencing?.code == .fencedInstanceID)
            younger.stop()
            older.close(within: .seconds(2))
        }
    }
}
