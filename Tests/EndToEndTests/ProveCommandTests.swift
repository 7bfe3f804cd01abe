// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// `tidings prove` as an operator runs it, on topics whose events were tampered with.
@Suite("tidings prove", .serialized, .needsBroker)
struct ProveCommandTests {
    @Test(
        "what was removed, doubled, forged or changed is named, with exit code 1; the rest of the log holds")
    func tampered() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 5, payments: 20)
        try filler.write(traffic.next(300))
        let worker = try installation.worker(slot: 0)
        try installation.waitUntilDecided(by: [worker])
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0))
        try expectRanges(of: installation)

        let events = try readAll(installation.topics[.status], at: installation.broker.bootstrapServers)
        let topic = EventTopic(installation)
        var (removed, doubled, forged, changed) = (events, events, events, events)
        removed.remove(at: 10)
        doubled.append(events[10])
        var stranger = events[10]
        stranger.value = Array(
            (stranger.valueText ?? "").replacing(/"offset":\d+/, with: #""offset":123456"#).utf8)
        forged.append(stranger)
        changed[10].value?[40] ^= 1
        for (tampered, kind) in [
            (removed, "missing"), (doubled, "unexpected-not-due"), (forged, "unexpected-no-callback"),
            (changed, "differs"),
        ] {
            try topic.replace(by: tampered)
            let (ending, report) = try prove(installation)
            #expect(ending == .exit(1), "\(kind)")
            let faults = report["faults"] as? [[String: Any]]
            #expect(faults?.map { $0["kind"] as? String } == [kind])
            #expect(faults?.first?["partition"] as? Int32 == events[10].partition)
        }
        try topic.replace(by: events)
        try expectExactlyOnce(in: installation)
        try expectHistory(cutBefore: 40, of: installation)
    }

    /// An end of the range by offset, and a beginning by time.
    private func expectRanges(of installation: Installation) throws {
        let (_, whole) = try prove(installation)
        #expect(callbacks(in: whole) == 300)
        let (ending, middle) = try prove(installation, ["--from", "20", "--to", "50"])
        #expect(ending == .exit(0) && callbacks(in: middle) == 60)
        let (recent, hour) = try prove(installation, ["--from", "-1h"])
        #expect(recent == .exit(0) && callbacks(in: hour) == 300)
    }

    /// Callbacks that retention has deleted: the payments they reported are counted apart.
    private func expectHistory(cutBefore offset: Int64, of installation: Installation) throws {
        let admin = try Admin(installation.broker.configuration, log: .silent)
        try admin.deleteRecords(
            before: (0..<installation.partitions).map {
                PartitionOffset(topic: installation.topics[.callbacks], partition: $0, offset: offset)
            }, within: .seconds(120))
        let (ending, report) = try prove(installation)
        #expect(ending == .exit(0) && callbacks(in: report) == 300 - 2 * Int(offset))
        let payments = report["payments"] as? [String: Any]
        #expect(payments?["resumed"] as? Int ?? 0 > 0)
    }

    private func callbacks(in report: [String: Any]) -> Int? {
        (report["account"] as? [String: Any])?["callbacks"] as? Int
    }

    private func prove(
        _ installation: Installation, _ arguments: [String] = []
    ) throws -> (ending: ChildProcess.Ending?, report: [String: Any]) {
        let process = try installation.prove(arguments)
        let document = try JSONSerialization.jsonObject(with: Data(process.output.utf8))
        return (process.waitForEnd(within: .zero), try #require(document as? [String: Any]))
    }
}

/// The status topic in the hands of a client that may delete and write.
private struct EventTopic {
    private let broker: Broker
    private let name: String
    private let partitions: Int32

    init(_ installation: Installation) {
        broker = installation.broker
        name = installation.topics[.status]
        partitions = installation.partitions
    }

    /// Deletes all there is and writes these instead, each in its partition.
    func replace(by events: [ReadRecord]) throws {
        let admin = try Admin(broker.configuration, log: .silent)
        let ends = try (0..<partitions).map { partition in
            let place = TopicPartition(topic: name, partition: partition)
            return PartitionOffset(
                topic: name, partition: partition,
                offset: try admin.watermarks(of: place, within: .seconds(60)).high)
        }
        try admin.deleteRecords(before: ends, within: .seconds(120))
        let producer = try AcknowledgedProducer(
            broker.configuration, .init(topic: name, messageTimeout: .seconds(30)), log: .silent
        ) { _ in }
        for event in events {
            let (key, value) = (event.key ?? [], event.value ?? [])
            try producer.produce(
                slot: 0, key: key.span.bytes, value: value.span.bytes, headers: RecordHeaders(of: event),
                timestamp: event.timestamp)
        }
        #expect(producer.close(within: .seconds(120)))
    }
}
