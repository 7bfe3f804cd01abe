// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The example readers on topics that hold what workers wrote.
@Suite("The example readers", .serialized)
struct ExampleReaderTests {
    @Test(
        "the one in Python knows the latest status of every payment and operation on the demo's topic",
        .needs(ExampleReader.inPython))
    func demo() throws {
        let demo = try Demo()
        let now = Int64(Date().timeIntervalSince1970)
        for (payment, operation, status, age) in [
            ("order-1", 1, "processing", 50), ("order-1", 1, "success", 40), ("order-2", 2, "decline", 30),
            ("order-1", 11, "processing", 20), ("order-2", 2, "success", 10), ("order-1", 11, "decline", 5),
        ] {
            try demo.post(Traffic.body(payment, operation, status, now - Int64(age), "r1"))
        }
        // Without a date, and of no payment at all.
        for name in ["request-failed", "redirect-only", "token"] { try demo.post(Self.example(name)) }
        _ = try demo.events(of: "1234:order-1", count: 4)
        try eventually { try demo.events().count == 9 }
        _ = try demo.events(of: "1234:order-2", count: 2)
        let cluster = try KafkaConfiguration(bootstrapServers: demo.bootstrapServers)
        // The cluster in memory makes a topic when it is first asked for.
        for kind in ExampleReader.Kind.allCases {
            try expectRight(
                .python, kind, records: demo.events(), on: demo.statusTopic, mirror: "mirror-\(kind)", cluster
            )
        }
        let pasted = try ChildProcess(URL(fileURLWithPath: "/bin/sh"), ["-c", demo.curl])
        if Program.find("curl") != nil {
            #expect(pasted.waitForEnd(within: .seconds(120)) == .exit(0))
            #expect(pasted.output.hasPrefix("HTTP/1.1 200"))
            _ = try demo.events(of: "1234:payment_50", count: 2)
        }
        demo.stop()
    }

    @Test(
        "the one in Python on a broker: committed events only, the latest of each payment and operation, and a gap is reported",
        .needsBroker, .needs(ExampleReader.inPython))
    func pythonOnBroker() throws { try expectRight(.python) }

    @Test(
        "the one in Java on a broker: committed events only, the latest of each payment and operation, and a gap is reported",
        .needsBroker, .enabled(if: ExampleReader.canRunJava, ExampleReader.howToRunJava))
    func javaOnBroker() throws { try expectRight(.java) }

    private func expectRight(_ reader: ExampleReader) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 3)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 47, payments: 12)
        try filler.write(traffic.next(240))
        try filler.write([
            ("payment_50", Self.example("request-failed")), ("payment_49", Self.example("redirect-only")),
        ])
        try filler.write(Self.clocksThatDiffer())
        let worker = try installation.worker(slot: 0)
        try installation.waitUntilDecided()
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")

        let topic = installation.topics[.status]
        let (broker, cluster) = (installation.broker, try installation.broker.configuration)
        let events = try readAll(topic, at: broker.bootstrapServers)
        let dated = events.last { $0.valueText?.contains("as_of") == true }
        try abort(try #require(dated), on: topic, broker)
        for kind in ExampleReader.Kind.allCases {
            try broker.withTopic("mirror", partitions: 3) { mirror in
                try expectRight(reader, kind, records: events, on: topic, mirror: mirror, cluster)
            }
            let rows = try reader.read(kind, topic, at: broker.bootstrapServers).rows
            for (status, expected) in Self.clocks {
                let ends = rows.filter { $0.key.hasPrefix("1234:\(status)-") }.map(\.status)
                #expect(ends == [expected, expected], "per \(kind)")
            }
        }
    }

    /// A final status of two operations' callbacks in both orders of arrival, with a processing dated five
    /// seconds later, and the status that both readers must end with.
    private static let clocks = [("success", "success"), ("decline", "processing")]

    private static func clocksThatDiffer() -> [(payment: String, body: String)] {
        let now = Int64(Date().timeIntervalSince1970)
        return clocks.enumerated().flatMap { index, clock in
            ["final-last", "final-first"].flatMap { order -> [(payment: String, body: String)] in
                let (payment, id) = ("\(clock.0)-\(order)", 900 + index)
                let bodies = [
                    Traffic.body(payment, id, "processing", now - 55, "r1"),
                    Traffic.body(payment, id, clock.0, now - 60, "r2"),
                ]
                return (order == "final-last" ? bodies : bodies.reversed()).map { (payment, $0) }
            }
        }
    }

    /// A callback of the contract's examples.
    private static func example(_ name: String) throws -> String {
        try String(contentsOf: Repository.file("schemas/examples/\(name)/callback.json"), encoding: .utf8)
    }

    /// Writes an event of the far future in a transaction that is then aborted: it is in the log, and no one
    /// who reads what is committed sees it.
    private func abort(_ event: ReadRecord, on topic: String, _ broker: Broker) throws {
        let count = { try readAll(topic, at: broker.bootstrapServers, isolation: .readUncommitted).count }
        let before = try count()
        let forged = (event.valueText ?? "").replacing(/"as_of":"\d+/, with: #""as_of":"2999"#)
        let (key, value) = (event.key ?? [], Array(forged.utf8))
        try #require(value != event.value)
        let producer = try TransactionalProducer(
            broker.configuration, .init(transactionalID: broker.unique("aborting"), topics: [topic]),
            log: .silent)
        let transaction = try producer.begin()
        try transaction.produce(to: producer.topic(topic), key: key.span.bytes, value: value.span.bytes)
        try eventually { try count() == before + 1 }
        try transaction.abortOrThrow()
        #expect(try count() == before + 1)
        #expect(try readAll(topic, at: broker.bootstrapServers).count == before)
    }

    /// Whole, every latest status is right and nothing is missed; in the reverse order too. Where a topic
    /// lacks an event from the middle of a payment, the gap is reported.
    private func expectRight(
        _ reader: ExampleReader, _ kind: ExampleReader.Kind, records: [ReadRecord], on topic: String,
        mirror: String,
        _ cluster: KafkaConfiguration
    ) throws {
        let bootstrapServers = try #require(cluster["bootstrap.servers"])
        let rows = try ExampleReader.rows(of: records, kind)
        #expect(kind == .operation || rows.contains { $0.as_of == nil })
        #expect(rows.contains { $0.as_of != nil })
        let whole = try reader.read(kind, topic, at: bootstrapServers)
        #expect(whole.ending == .exit(0), "\(whole.errors)")
        #expect(whole.rows == rows)
        #expect(!whole.errors.contains("gap"))

        let counts = Dictionary(grouping: records, by: { $0.keyText ?? "" }).mapValues(\.count)
        let long = try #require(counts.keys.sorted().first { counts[$0, default: 0] >= 3 })
        let missing = try #require(
            records.first { $0.keyText == long && $0.valueText?.contains(#""revision":2,"#) == true })
        let rest = records.filter { $0 != missing }
        try copy(rest.reversed(), to: mirror, cluster)
        let restRows = try ExampleReader.rows(of: rest, kind)
        let reversed = try reader.read(kind, mirror, at: bootstrapServers)
        #expect(reversed.ending == .exit(0), "\(reversed.errors)")
        #expect(reversed.rows == restRows)

        // Behind them once more in their own order, from the first revision on.
        try copy(rest, to: mirror, cluster)
        let gapped = try reader.read(kind, mirror, at: bootstrapServers)
        #expect(gapped.ending == .exit(1))
        #expect(gapped.errors.contains("gap: \(long) went from revision 1 to 3"), "\(gapped.errors)")
        #expect(gapped.rows == restRows)
    }

    private func copy(_ records: [ReadRecord], to topic: String, _ cluster: KafkaConfiguration) throws {
        let producer = try AcknowledgedProducer(
            cluster, .init(topic: topic, messageTimeout: .seconds(30)), log: .silent
        ) { reports in
            for index in reports.indices where reports[index].outcome != .persisted {
                Issue.record("a copy was not written: \(reports[index].outcome)")
            }
        }
        for (slot, record) in records.enumerated() {
            let (key, value) = (record.key ?? [], record.value ?? [])
            try producer.produce(slot: UInt64(slot), key: key.span.bytes, value: value.span.bytes)
        }
        #expect(producer.close(within: .seconds(120)))
    }
}
