// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The procedures of the runbook that move topics or end transactions.
@Suite("The runbook: topics and transactions", .serialized, .needsBroker)
struct RunbookTopicTests {
    @Test(
        "partitions grow by moving to new topics: every callback is processed once, in the old ones or the new",
        .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func growPartitions() throws {
        let broker = try Broker.shared()
        let old = try Fleet(try Installation(on: broker, partitions: 2), ingresses: 1)
        try old.startIngress(0)
        try old.startWorker(0)
        let before = PostLoad(to: old.port, name: "before")
        before.waitFor(40)
        let prefix = broker.unique("grown") + "."
        let shell = try OperatorShell(
            old.installation, [("payments2.", prefix), ("N --replication R", "4 --replication 1")])
        for command in try RunbookSection("Grow partitions").commands { try shell.run(command) }
        let grown = try Fleet(
            try Installation(on: broker, partitions: 4, existing: prefix), ingresses: 1)
        try grown.startIngress(0)
        let after = PostLoad(to: grown.port, name: "after")
        after.waitFor(40)
        try old.expectAllOnce(before.stop())
        try grown.startWorker(0)
        try grown.expectAllOnce(after.stop())
    }

    @Test("a copy of the callbacks in a new cluster gives the same events, except for their source")
    func restore() throws {
        let broker = try Broker.shared()
        let old = try Installation(on: broker, partitions: 3)
        let filler = try LogFiller(old)
        var traffic = Traffic(seed: 51, payments: 20)
        try filler.write(traffic.next(300))
        try old.process()
        let restored = try Installation(on: broker, partitions: 3)
        try write(try readAll(old.topics[.callbacks], at: broker.bootstrapServers), to: restored)
        try restored.process()
        try expectExactlyOnce(in: restored)
        #expect(try Self.events(of: restored) == Self.events(of: old))
    }

    /// The events of each partition in order, without their source.
    private static func events(of installation: Installation) throws -> [Int32: [NSDictionary]] {
        var events: [Int32: [NSDictionary]] = [:]
        for record in try readAll(
            installation.topics[.status], at: installation.broker.bootstrapServers)
        {
            let event = try JSONSerialization.jsonObject(with: Data(record.value ?? [])) as? NSDictionary
            let rest = try #require(event?.mutableCopy() as? NSMutableDictionary)
            rest.removeObject(forKey: "source")
            events[record.partition, default: []].append(rest)
        }
        return events
    }

    @Test("an open transaction is found and ended by the commands for a hanging one")
    func hangingTransaction() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 52, payments: 5)
        try filler.write(traffic.next(20))
        let worker = try installation.worker(
            slot: 0, failpoint: "after-offsets:1:hang",
            environment: ["TIDINGS_WORKER_TRANSACTION_TIMEOUT": "600s"])
        let topic = installation.topics[.status]
        // Only the worker's own thread hangs: librdkafka still sends what is queued.
        var found: String?
        try eventually(within: .seconds(180)) {
            found = try Self.startOffset(of: topic, at: installation.broker)
            return found != nil
        }
        worker.kill()
        let start = try #require(found)
        let shell = try OperatorShell(
            installation,
            [
                ("--broker-id N", "--broker-id 1"),
                ("--transactional-id ID", "--transactional-id \(installation.group)-0-0-b"),
                ("--topic T --partition P", "--topic \(topic) --partition 0"),
                ("--start-offset O", "--start-offset \(start)"),
            ])
        let answers = try RunbookSection("TidingsTransactionHanging").commands.map { try shell.run($0) }
        #expect(answers.count == 3 && answers[1].contains("Ongoing"))
        // Readers of committed records go on, without the aborted ones.
        let admin = try Admin(installation.broker.configuration, log: .silent)
        let reader = try Consumer(installation.broker.configuration, group: nil, log: .silent)
        let partition = TopicPartition(topic: topic, partition: 0)
        let end = try admin.watermarks(of: partition, within: .seconds(60)).high
        try eventually { try reader.watermarks(of: partition, within: .seconds(60)).high == end }
        let next = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [next])
        try expectExactlyOnce(in: installation)
    }

    /// Where the open transaction of a partition begins, by Kafka's tool; nil where none is open.
    private static func startOffset(of topic: String, at broker: Broker) throws -> String? {
        let output = try broker.runTool(
            "kafka-transactions.sh", ["describe-producers", "--topic", topic, "--partition", "0"])
        let rows = output.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        guard
            let column = rows.first(where: { $0.contains("CurrentTransactionStartOffset") })?
                .firstIndex(of: "CurrentTransactionStartOffset")
        else { return nil }
        return rows.compactMap { $0.count > column ? Int64($0[column]) : nil }.first.map { "\($0)" }
    }
}
