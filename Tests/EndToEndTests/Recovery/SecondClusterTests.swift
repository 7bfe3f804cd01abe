// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The callbacks topic is all that a second cluster needs.
@Suite("A second cluster", .serialized, .needsBrokerOfItsOwn)
struct SecondClusterTests {
    @Test("a copy of the callbacks topic gives the same events, byte for byte except source")
    func copy() throws {
        let first = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(first)
        var traffic = Traffic(seed: 91, payments: 20)
        try filler.write(first.mixed(&traffic, 100))
        // The marker of a transaction takes an offset that the copy does not have.
        for partition in 0..<first.partitions { try writeMarker(to: partition, of: first) }
        try filler.write(traffic.next(100))
        try first.process()

        let cluster = try Broker.start()
        let second = try Installation(on: cluster, partitions: 2)
        let copied = try copyCallbacks(from: first, to: second)
        try second.process()
        let ends = try (0..<2).map { try KafkaOperator(second).end(of: .callbacks, $0) }
        #expect(try (0..<2).map { try KafkaOperator(first).end(of: .callbacks, $0) } != ends)
        #expect(copied == Int(ends.reduce(0, +)))

        let (old, new) = try (events(of: first), events(of: second))
        #expect(old.count > 50 && old.count == new.count)
        for (id, event) in old { #expect(new[id] == event, "\(id)") }
        for topic in [Topic.review, .deadLetter] {
            let bodies = try [first, second].map { installation in
                try readAll(installation.topics[topic], at: installation.broker.bootstrapServers)
                    .map { ($0.valueText ?? "") + ($0.header("tidings-reason") ?? "") }.sorted()
            }
            #expect(bodies[0] == bodies[1] && !bodies[0].isEmpty)
        }
        try expectExactlyOnce(in: second)
    }

    /// By id: the partition, the key, all headers, and the value without its source.
    private func events(of installation: Installation) throws -> [String: [String]] {
        var events: [String: [String]] = [:]
        for record in try readAll(
            installation.topics[.status], at: installation.broker.bootstrapServers)
        {
            let id = try #require(record.header("ce_id"))
            let value = try #require(record.valueText)
            let rest = value.replacing(/"source":\{[^}]*\}/, with: "")
            #expect(rest != value && events[id] == nil)
            let headers = record.headers.map { header in
                "\(header.name)=\(String(decoding: header.value ?? [], as: UTF8.self))"
            }
            events[id] = ["\(record.partition)", record.keyText ?? "", rest] + headers
        }
        return events
    }

    /// Writes a callback in a transaction, as a release is written.
    private func writeMarker(to partition: Int32, of installation: Installation) throws {
        let topic = installation.topics[.callbacks]
        let producer = try TransactionalProducer(
            installation.broker.configuration,
            .init(transactionalID: installation.broker.unique("marker"), topics: [topic]), log: .silent)
        let transaction = try producer.begin()
        let value = Array("{\"not\": json in \(partition)".utf8)
        let key = try #require(
            (0..<100).map { Array("marker-\($0)".utf8) }.first {
                Murmur2.partition(of: $0.span.bytes, count: Int(installation.partitions)) == Int(partition)
            })
        try transaction.produce(
            to: producer.topic(topic), partition: partition, key: key.span.bytes, value: value.span.bytes)
        guard case .committed = transaction.commit() else {
            throw Installation.Broken("the marker was not written")
        }
        producer.close()
    }

    /// Copies partitions, keys, values, headers and timestamps; how many records that were.
    private func copyCallbacks(from first: Installation, to second: Installation) throws -> Int {
        let records = try readAll(first.topics[.callbacks], at: first.broker.bootstrapServers)
        try write(records, to: second)
        // The key gives the same partition in both.
        let copies = try readAll(second.topics[.callbacks], at: second.broker.bootstrapServers)
        let place = { (record: ReadRecord) in
            "\(record.partition) \(record.timestamp ?? 0) \(record.valueText ?? "")"
        }
        #expect(copies.map(place) == records.map(place))
        return copies.count
    }
}
