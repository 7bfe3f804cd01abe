// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing

/// The procedures of the runbook for what is delivered: callbacks again, or unreadable records.
@Suite("The runbook: retry storm and poison records", .serialized, .needsBroker)
struct RunbookDeliveryTests {
    private static func bodies(_ numbers: Range<Int>) throws -> [[UInt8]] {
        let date = Int64(Foundation.time(nil)) - 60
        return try numbers.map { number in
            Array(try Platform().sign(Traffic.body("storm-\(number)", number, "success", date, "r1")).utf8)
        }
    }

    /// Posts bodies at the same time, each on a separate connection; how many got which status.
    private static func post(_ bodies: [[UInt8]], to port: Int) throws -> [Int: Int] {
        let clients = try bodies.map { body in
            let client = try RawHTTP(port: port)
            client.post("/callbacks", body)
            return client
        }
        var statuses: [Int: Int] = [:]
        for client in clients { statuses[client.answer(within: .seconds(180))?.status ?? 0, default: 0] += 1 }
        return statuses
    }

    /// Whether Kafka's tool shows no lag in any partition.
    private static func showsNoLag(_ output: String, partitions: Int) -> Bool {
        let rows = output.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
        guard let column = rows.first(where: { $0.contains("LAG") })?.firstIndex(of: "LAG") else {
            return false
        }
        let lags = rows.compactMap { $0.count > column ? Int($0[column]) : nil }
        return lags == Array(repeating: 0, count: partitions)
    }

    @Test(
        "after an outage everything is delivered again, a worker is added, and each callback is published once",
        .needsBrokerOfItsOwn, .enabled(if: Fleet.hasHAProxy, "needs haproxy"))
    func retryStorm() throws {
        let broker = try Broker.start(hasControllerBeside: true)
        let fleet = try Fleet(try Installation(on: broker, partitions: 2), ingresses: 1)
        try fleet.startIngress(0)
        try fleet.startWorker(0)
        let (before, during) = (try Self.bodies(0..<30), try Self.bodies(30..<50))
        #expect(try Self.post(before, to: fleet.port) == [200: 30])
        broker.kill()
        #expect(try Self.post(during, to: fleet.port(ofIngress: 0)) == [503: 20])
        fleet.waitUntilNotInUse(0)
        try broker.restart()
        fleet.waitUntilInUse(0)

        let port = fleet.port
        let storm = (0..<4).map { _ in
            BackgroundThread { () -> [Int: Int] in
                (try? Self.post(before + during, to: port)) ?? [0: 50]
            }
        }
        try fleet.startWorker(1)
        for thread in storm { #expect(thread.wait() == [200: 50]) }
        fleet.waitUntilReadyAndOwned()
        let shell = try OperatorShell(
            fleet.installation, [("--group tidings", "--group \(fleet.installation.group)")])
        for command in try RunbookSection("Retry storm").commands {
            try eventually(within: .seconds(300)) {
                Self.showsNoLag(try shell.run(command), partitions: 2)
            }
        }
        fleet.stop()
        let found = try expectExactlyOnce(in: fleet.installation)
        let account = found.expected.account
        #expect(account[.advance] == 50 && (account[.duplicate] ?? 0) >= 180, "\(account)")
    }

    /// Records that no callback of the platform is, each with a key.
    private static func poison() -> [(value: [UInt8]?, headers: [(String, String)])] {
        let key = String(repeating: "k", count: 1990)
        let members = (0..<500).map { "\"m\($0)\":\"v\"" }.joined(separator: ",")
        let date = Int64(Foundation.time(nil)) - 60
        let large = Traffic.body("large", 1, "awaiting clarification", date, "r1")
            .replacing(
                ",\"signature\":\"x\"",
                with: ",\"clarification_fields\":{\"\(key)\":{\(members)}},\"signature\":\"x\"")
        return [
            (nil, []), ([], []), ((0..<64).map { _ in UInt8.random(in: 0...255) } + [0], []),
            (Array("{\"project_id\":1234,".utf8), []),
            // Near the limit of the topic: with the headers of a dead letter it would be above.
            (Array(repeating: UInt8(ascii: "x"), count: 999_900), []),
            (Array("{}".utf8), [("tidings-received-at", "yesterday")]),
            (Array(large.utf8), []),
        ]
    }

    private static func write(
        _ records: [(value: [UInt8]?, headers: [(String, String)])], to installation: Installation
    ) throws {
        let producer = try AcknowledgedProducer(
            installation.broker.configuration,
            .init(topic: installation.topics[.callbacks], messageTimeout: .seconds(60)), log: .silent
        ) { _ in }
        for (number, record) in records.enumerated() {
            var headers = RecordHeaders()
            for (name, value) in record.headers {
                let (name, value) = (Array(name.utf8), Array(value.utf8))
                headers.add(name: name.span.bytes, value: value.span.bytes)
            }
            let (key, value) = (Array("poison-\(number)".utf8), record.value ?? [])
            try producer.produce(
                slot: UInt64(number), key: key.span.bytes,
                value: record.value == nil ? nil : value.span.bytes, headers: headers)
        }
        #expect(producer.close(within: .seconds(60)))
    }

    @Test("records that cannot be read, or become too large, do not block their partition, and are found")
    func poisonRecord() throws {
        let installation = try Installation(on: try Broker.shared(), partitions: 1)
        let filler = try LogFiller(installation)
        var traffic = Traffic(seed: 93, payments: 5)
        try filler.write(traffic.next(10))
        try Self.write(Self.poison(), to: installation)
        try filler.write(traffic.next(10))
        let worker = try WatchedWorker(installation)
        worker.waitUntilReady()
        try installation.waitUntilDecided(by: [worker.process])
        worker.stop()
        let found = try expectExactlyOnce(in: installation)
        #expect(found.expected.callbackCount == 27 && found.expected.account[.deadLetter] == 6)

        let shell = try OperatorShell(installation)
        let answers = try RunbookSection("Poison record").commands.map { try shell.run($0, exit: 1) }
        try #require(answers.count == 2)
        for offset in 10..<16 { #expect(answers[0].contains("0:\(offset)"), "\(answers[0])") }
        #expect(answers[1].contains("0:16") && answers[1].contains("too-large"), "\(answers[1])")
    }
}
