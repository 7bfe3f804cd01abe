// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import TestSupport
import Testing

/// The example readers as services run them: with a consumer group and a table that outlives them.
@Suite("Example readers that are killed and rewound", .serialized, .needsBrokerOfItsOwn)
struct RewoundReaderTests {
    @Test(
        "the one in Python ends with the same table of payments, killed under load and rewound by Kafka's tool",
        .needs(ExampleReader.inPython), arguments: ExampleReader.Kind.allCases)
    func python(_ kind: ExampleReader.Kind) throws { try expectSameTable(.python, kind) }

    @Test(
        "the one in Java ends with the same table of payments, killed under load and rewound by Kafka's tool",
        .enabled(if: ExampleReader.canRunJava, ExampleReader.howToRunJava))
    func java() throws { try expectSameTable(.java, .payment) }

    private func expectSameTable(_ example: ExampleReader, _ kind: ExampleReader.Kind) throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 2)
        let reader = RewoundReader(example, kind, of: installation)
        defer { reader.removeTable() }
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 91, payments: 30)
        let worker = try installation.worker(slot: 0)

        // Killed as soon as it has committed more, while events go on coming.
        for _ in 0..<3 {
            try reader.killAfterProgress { try filler.write(traffic.next(40)) }
        }
        try filler.write(traffic.next(200))
        try installation.waitUntilDecided(by: [worker])
        worker.send(SIGTERM)
        #expect(worker.waitForEnd(within: .seconds(120)) == .exit(0), "\(worker.errors.suffix(2000))")
        let topic = installation.topics[.status]
        let events = try readAll(topic, at: installation.broker.bootstrapServers)
        let rows = try ExampleReader.rows(of: events, kind)
        #expect(rows.count > 10)
        try reader.expectAtEnd(rows)

        // Rewound to the beginning, killed while it reads again, and rewound in the middle.
        let end = try reader.committed()
        for how in [
            ["--to-earliest"], ["--shift-by", "-30"], ["--to-datetime", "2026-01-01T00:00:00.000Z"],
        ] {
            try reader.rewind(how)
            let rewound = try reader.committed()
            #expect(rewound < end)
            try reader.killAfterProgress()
            #expect(try reader.committed() > rewound)
            try reader.expectAtEnd(rows)
            #expect(try reader.committed() == end)
        }
    }
}

/// One reader with its group and its table.
private struct RewoundReader {
    private let example: ExampleReader
    private let kind: ExampleReader.Kind
    private let installation: Installation
    private let table: ExampleReader.Table

    init(_ example: ExampleReader, _ kind: ExampleReader.Kind, of installation: Installation) {
        self.example = example
        self.kind = kind
        self.installation = installation
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("table-\(UUID())").path
        table = .init(group: installation.broker.unique("reader"), path: path)
    }

    func removeTable() {
        for suffix in ["", ".next", "-journal"] {
            try? FileManager.default.removeItem(atPath: table.path + suffix)
        }
    }

    /// The sum of its committed offsets.
    func committed() throws -> Int64 {
        try KafkaOperator(installation).committed(ofConsumer: table.group).reduce(0) { $0 + ($1 ?? 0) }
    }

    func rewind(_ how: [String]) throws {
        try KafkaOperator(installation).resetOffsets(ofConsumer: table.group, how)
    }

    /// Starts it, and kills it once it has committed an offset.
    ///
    /// - Parameter work: is done again and again until then.
    func killAfterProgress(_ work: () throws -> Void = {}) throws {
        let before = try committed()
        let process = try start(untilEnd: false)
        let deadline = ContinuousClock.now + .seconds(180)
        while try committed() == before {
            try work()
            try #require(
                process.isRunning && ContinuousClock.now < deadline, "\(process.errors.suffix(3000))")
        }
        process.kill()
    }

    /// Lets it read to the end, and compares the table that it prints.
    func expectAtEnd(_ rows: [ExampleReader.Row]) throws {
        let result = try example.read(
            kind, installation.topics[.status], at: installation.broker.bootstrapServers, into: table)
        #expect(result.ending == .exit(0), "\(result.errors.suffix(3000))")
        #expect(result.rows == rows)
        #expect(!result.errors.contains("gap"))
    }

    private func start(untilEnd: Bool) throws -> ChildProcess {
        try example.start(
            kind, installation.topics[.status], at: installation.broker.bootstrapServers, into: table,
            untilEnd: untilEnd)
    }
}
