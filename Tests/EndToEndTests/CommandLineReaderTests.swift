// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The readers of `deploy/examples` that are one command: kcat and Kafka's console consumer.
@Suite("The readers on the command line")
struct CommandLineReaderTests {
    private static let kafkaHome = ProcessInfo.processInfo.environment["KAFKA_HOME"].flatMap {
        $0.isEmpty ? nil : $0
    }

    @Test(
        "kcat prints every committed event in order, and none of an aborted transaction", .needsBroker,
        .enabled(if: Program.find("kcat") != nil, "needs kcat (Debian package)"))
    func kcat() throws {
        try expectCommitted { broker, topic, _ in
            try ChildProcess(Repository.file("deploy/examples/kcat.sh"), [broker, topic])
        }
    }

    @Test(
        "the console consumer prints every committed event in order, and none of an aborted transaction",
        .needsBroker, .enabled(if: kafkaHome != nil, "needs KAFKA_HOME"))
    func consoleConsumer() throws {
        let home = try #require(Self.kafkaHome)
        try expectCommitted { broker, topic, count in
            // It follows the topic. The aborted event is in the middle, so that the count includes it if the
            // tool reads uncommitted records.
            try ChildProcess(
                Repository.file("deploy/examples/console-consumer.sh"),
                [broker, topic, "--max-messages", "\(count)"], environment: ["KAFKA_HOME": home])
        }
    }

    /// One partition, so that records have one order: a worker's events, an aborted one, a worker's events.
    private func expectCommitted(
        _ start: (_ broker: String, _ topic: String, _ count: Int) throws -> ChildProcess
    ) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 6, payments: 4)
        let worker = try installation.worker(slot: 0)
        try filler.write(traffic.next(20))
        try installation.waitUntilDecided()
        let (topic, broker) = (installation.topics[.status], installation.broker)
        let first = try readAll(topic, at: broker.bootstrapServers)
        try broker.abort([UInt8]("1234:aborted".utf8), on: topic)
        try filler.write(traffic.next(40))
        try installation.waitUntilDecided()
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")

        let events = try readAll(topic, at: broker.bootstrapServers)
        let uncommitted = try readAll(topic, at: broker.bootstrapServers, isolation: .readUncommitted)
        #expect(first.count < events.count && uncommitted.count == events.count + 1)
        let reader = try start(broker.bootstrapServers, topic, events.count)
        #expect(reader.waitForEnd(within: .seconds(180)) == .exit(0), "\(reader.errors.suffix(2000))")
        let lines = events.map { "\($0.keyText ?? "")\t\($0.valueText ?? "")" }
        #expect(reader.output.split(separator: "\n").map(String.init) == lines)
    }
}

extension Broker {
    /// Writes a record in a transaction that is then aborted. It stays in the log; no reader of committed
    /// records sees it.
    fileprivate func abort(_ key: [UInt8], on topic: String) throws {
        let servers = bootstrapServers
        let count = { try readAll(topic, at: servers, isolation: .readUncommitted).count }
        let before = try count()
        let value = Array("aborted".utf8)
        let producer = try TransactionalProducer(
            configuration, .init(transactionalID: unique("aborting"), topics: [topic]), log: .silent)
        let transaction = try producer.begin()
        try transaction.produce(to: producer.topic(topic), key: key.span.bytes, value: value.span.bytes)
        try eventually { try count() == before + 1 }
        try transaction.abortOrThrow()
    }
}
