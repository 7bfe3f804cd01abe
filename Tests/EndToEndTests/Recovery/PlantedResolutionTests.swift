// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// Mistakes in what a release or a redrive writes, planted with the right to write to the topics, and what
/// `tidings prove` says of them.
@Suite("tidings prove: releases and redrives", .serialized, .needsBroker)
struct PlantedResolutionTests {
    @Test("a callback that was not written again, one that nobody resolved and two resolutions are named")
    func planted() throws {
        let items = try ItemInstallation()
        try items.hold((0..<4).map { "held-\($0)" })
        try items.writeUnverified(["dead-0", "dead-1"])
        try items.runWorker()
        let held = try items.open("review").compactMap { Position($0) }
        let letters = try items.open("dead-letter").compactMap { Position($0) }
        try #require(held.count == 4 && letters.count == 2)
        // A right one beside them.
        let release = ["review", "release", held[3].text, "--reason", "a test"]
        #expect(try items.run(release).code == .exit(0))
        try items.runWorker()
        try items.expectProved()

        let intruder = try Intruder(items.installation)
        try intruder.resolve(held[0], "released")
        try intruder.writeAgain(held[1], as: "released", accepting: "ambiguous link payment_amount")
        #expect(try items.run(["review", "dismiss", held[2].text, "--reason", "a test"]).code == .exit(0))
        try intruder.resolve(held[2], "dismissed")
        try intruder.resolve(letters[0], "redriven")
        try intruder.writeAgain(letters[1], as: "redriven", accepting: nil)
        try items.runWorker()

        let proof = try ProveReport(items.installation)
        #expect(proof.ending == .exit(1), "\(proof.text)")
        #expect(
            proof.kinds.sorted() == [
                "repeat-missing", "repeat-missing", "resolution-missing", "resolution-missing",
                "resolved-twice",
            ], "\(proof.text)")
        for (kind, positions) in [
            ("repeat-missing", [held[0], letters[0]]), ("resolved-twice", [held[2]]),
            ("resolution-missing", intruder.written),
        ] {
            let found = proof.faults.filter { $0["kind"] as? String == kind }.compactMap {
                Position(partition: $0["partition"] as? Int, offset: $0["callback_offset"] as? Int)
            }
            #expect(Set(found) == Set(positions), "\(kind): \(proof.text)")
        }
        // The same where the beginning of the log is not looked at.
        let late = try ProveReport(items.installation, ["--from", "1"])
        #expect(late.ending == .exit(1) && late.kinds.contains("resolution-missing"), "\(late.text)")
    }

    @Test("of a log whose beginning was deleted, items that were resolved before and since are right")
    func cut() throws {
        let items = try ItemInstallation()
        try items.hold(["held-0", "held-1"])
        try items.writeUnverified(["dead-0"])
        try items.runWorker()
        let held = try items.open("review")
        let command = ["dead-letter", "redrive", "--execute"]
        #expect(try items.run(command, withNewKeys: true).code == .exit(0))
        #expect(
            try items.run(["review", "release", held[0], "--reason", "a test"]).code == .exit(0))
        try items.runWorker(withNewKeys: true)
        let admin = try Admin(items.installation.broker.configuration, log: .silent)
        let tools = KafkaOperator(items.installation)
        // Everything that was resolved, written again or not, is before the cut.
        try admin.deleteRecords(
            before: (0..<2).map {
                PartitionOffset(
                    topic: items.installation.topics[.callbacks], partition: $0,
                    offset: try tools.end(of: .callbacks, $0) - 5)
            }, within: .seconds(120))
        try items.expectProved()
        #expect(
            try items.run(["review", "dismiss", held[1], "--reason", "a test"]).code == .exit(0))
        try items.hold(["later-0"])
        try items.runWorker(withNewKeys: true)
        let later = try items.open("review")
        try #require(later.count == 1)
        #expect(
            try items.run(["review", "release", later[0], "--reason", "a test"]).code == .exit(0))
        try items.runWorker(withNewKeys: true)
        try items.expectProved()
    }
}

/// A callback, as it is named on the command line.
private struct Position: Hashable {
    var partition: Int32
    var offset: Int64

    var text: String { "\(partition):\(offset)" }

    init(_ record: ReadRecord) { (partition, offset) = (record.partition, record.offset) }

    init?(_ text: String) {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        self.init(partition: parts[0], offset: parts[1])
    }

    init?(partition: Int?, offset: Int?) {
        guard let partition, let offset else { return nil }
        (self.partition, self.offset) = (Int32(partition), Int64(offset))
    }
}

/// Writes one half of what a release or a redrive writes.
private final class Intruder {
    private let installation: Installation
    private let callbacks: [ReadRecord]
    private let now: String
    /// The callbacks that were written again.
    private(set) var written: [Position] = []

    init(_ installation: Installation) throws {
        self.installation = installation
        callbacks = try readAll(
            installation.topics[.callbacks], at: installation.broker.bootstrapServers)
        var text: [UInt8] = []
        Timestamp(seconds: Int64(Date().timeIntervalSince1970)).append(to: &text, .milliseconds)
        now = String(decoding: text, as: UTF8.self)
    }

    private func name(_ callback: Position) -> String {
        "\(installation.topics[.callbacks])/\(callback.partition)/\(callback.offset)"
    }

    func resolve(_ callback: Position, _ kind: String) throws {
        var record = try #require(callbacks.first { Position($0) == callback })
        record.value = nil
        record.headers = Self.headers([
            ("tidings-resolution", kind), ("tidings-resolves", name(callback)),
            ("tidings-resolved-by", "nobody"), ("tidings-resolved-at", now),
        ])
        try write(record, to: installation.topics[kind == "redriven" ? .deadLetter : .review])
    }

    func writeAgain(_ callback: Position, as kind: String, accepting findings: String?) throws {
        var record = try #require(callbacks.first { Position($0) == callback })
        record.headers += Self.headers([
            ("tidings-\(kind)-by", "nobody"), ("tidings-\(kind)-at", now),
            ("tidings-\(kind)-from", name(callback)),
        ])
        record.headers += Self.headers(
            findings.map { [("tidings-release-reason", "none"), ("tidings-release-accepts", $0)] }
                ?? [("tidings-redriven-attempt", "1")])
        try write(record, to: installation.topics[.callbacks])
        let all = try readAll(installation.topics[.callbacks], at: installation.broker.bootstrapServers)
        let last = try #require(all.last { $0.partition == callback.partition })
        written.append(Position(last))
    }

    private static func headers(_ pairs: [(String, String)]) -> [ReadRecord.Header] {
        pairs.map { ReadRecord.Header(name: $0.0, value: Array($0.1.utf8)) }
    }

    private func write(_ record: ReadRecord, to topic: String) throws {
        let producer = try TransactionalProducer(
            installation.broker.configuration,
            .init(transactionalID: installation.broker.unique("intruder"), topics: [topic]),
            log: .silent)
        let transaction = try producer.begin()
        let (key, value) = (record.key ?? [], record.value ?? [])
        try transaction.produce(
            to: producer.topic(topic), partition: record.partition, key: key.span.bytes,
            value: record.value == nil ? nil : value.span.bytes, headers: RecordHeaders(of: record),
            timestamp: record.timestamp)
        guard case .committed = transaction.commit() else {
            throw Installation.Broken("the intruder's transaction was not committed")
        }
        producer.close()
    }
}
