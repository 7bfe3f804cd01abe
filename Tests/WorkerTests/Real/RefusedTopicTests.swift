// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

/// A topic that refuses what a worker publishes, while the worker runs: it is named with Kafka's error in
/// readiness and in the log, the whole time, and the worker goes on when the topic accepts records again.
@Suite("A topic that refuses records", .serialized, .needsBrokerOfItsOwn)
struct RefusedTopicTests {
    /// Over 4 KB, and ambiguous: it has a Payment Page parameter.
    private static func ambiguous(_ payment: Int) -> CallbackFixture {
        var body = ordinary(payment)
        body.extra = ",\"payment_amount\":1,\"note\":\"\(String(repeating: "n", count: 4096))\""
        return body
    }

    private static func ordinary(_ payment: Int) -> CallbackFixture {
        CallbackFixture(
            payment: "order_\(payment)", operation: payment, status: "success",
            date: Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600))
    }

    @Test(
        "is waited for: max.message.bytes of the review topic lowered, then raised", .timeLimit(.minutes(30)))
    func reviewTooLarge() throws {
        try WorkerField.with(partitions: 1) { field in
            let review = field.topics[.review]
            try Self.expectRefusal(
                field, of: review, named: ["MSG_SIZE_TOO_LARGE"],
                begin: { try field.broker.alter(review, "max.message.bytes=2000") },
                end: { try field.broker.alter(review, "max.message.bytes=1048588") })
        }
    }

    @Test(
        "is waited for: max.message.bytes of the status topic lowered, then raised", .timeLimit(.minutes(30)))
    func statusTooLarge() throws {
        try WorkerField.with(partitions: 1) { field in
            let status = field.topics[.status]
            try Self.expectRefusal(
                field, of: status, named: ["MSG_SIZE_TOO_LARGE"],
                begin: { try field.broker.alter(status, "max.message.bytes=200") },
                end: { try field.broker.alter(status, "max.message.bytes=1048588") })
        }
    }

    @Test("is waited for: the right to write taken back, then given again", .timeLimit(.minutes(30)))
    func notAuthorized() throws {
        let broker = try Broker.start(settings: Broker.withAccessControl)
        try WorkerField.with(partitions: 1, on: broker) { field in
            let review = field.topics[.review]
            try Self.expectRefusal(
                field, of: review, named: ["TOPIC_AUTHORIZATION_FAILED"],
                begin: { try broker.forbidWriting(to: review) }, end: { try broker.allowWriting(to: review) })
        }
    }

    @Test("is waited for: too few replicas, then enough", .timeLimit(.minutes(30)))
    func tooFewReplicas() throws {
        let broker = try Broker.start(brokers: 2)
        try WorkerField.with(partitions: 1, replication: 2, on: broker) { field in
            let review = field.topics[.review]
            try broker.alter(review, "min.insync.replicas=2")
            // Its record is not refused but waits for the second replica, until the transaction times out.
            try Self.expectRefusal(
                field, of: review, named: ["NOT_ENOUGH_REPLICAS"], attempts: 2,
                begin: { broker.kill(1) }, end: { try broker.restart(1) })
        }
    }

    @Test("is waited for: the topic deleted, then created again", .timeLimit(.minutes(30)))
    func deleted() throws {
        try WorkerField.with(partitions: 1) { field in
            let review = field.topics[.review]
            let admin = try Admin(field.broker.configuration, log: .silent)
            try Self.expectRefusal(
                field, of: review,
                named: ["UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION"], attempts: 3,
                begin: {
                    for failure in try admin.delete([review], within: .seconds(60)) {
                        if let failure { throw failure }
                    }
                    eventually { (try? admin.describe(review, within: .seconds(60))) == .some(nil) }
                },
                end: {
                    let topic = NewTopic(review, partitions: 1)
                    for failure in try admin.create([topic], within: .seconds(60)) {
                        if let failure { throw failure }
                    }
                })
        }
    }
}

extension RefusedTopicTests {
    /// Runs a worker that is ready, lets the refusal begin, and looks until it was met several times; then
    /// ends it.
    private static func expectRefusal(
        _ field: WorkerField, of topic: String, named errors: [String], attempts: Int = 12,
        begin: () throws -> Void, end: () throws -> Void
    ) throws {
        let metrics = MetricsRegistry()
        let log = try LoggedLines()
        let workers = try field.workers(state: nil, metrics: metrics, log: log.log)
        workers.start()
        workers.waitUntilReady()
        try begin()
        // One callback that goes to review, and six that do not.
        let bodies = [ambiguous(0)] + (1...6).map(ordinary)
        try field.write(bodies)
        eventually { workers.notReadyReasons.contains { $0.contains(topic) } }
        // Long enough for several attempts, of which some end with a restore: no look finds it ready.
        var others: Set<[String]> = []
        eventually("\(workers.notReadyReasons)") {
            let notReadyReasons = workers.notReadyReasons
            let isNamed =
                notReadyReasons.count == 1 && notReadyReasons[0].contains(topic)
                && errors.contains { notReadyReasons[0].contains($0) }
                && !notReadyReasons[0].contains("_STATE")
            if !isNamed { others.insert(notReadyReasons) }
            return refusals(metrics) >= attempts
        }
        #expect(others == [])
        try expectLine(log, of: topic, named: errors, attempts: attempts)
        try end()
        try field.waitUntilDecided()
        workers.waitUntilReady()
        #expect(try field.statuses().count == bodies.count - 1)
        #expect(try readAll(field.topics[.review], at: field.broker.bootstrapServers).count == 1)
        #expect(try log.lines().contains { $0.contains("publishing succeeds again") })
        #expect(workers.stop(within: .seconds(120)))
    }

    /// Our own line names the error and the topic; the attempts after the first do not fill the log.
    private static func expectLine(
        _ log: LoggedLines, of topic: String, named errors: [String], attempts: Int
    ) throws {
        let lines = try log.lines().filter { $0.contains("cannot publish") }
        let named = lines.filter { line in
            errors.contains { line.contains("\"\($0)\"") } && line.contains("\"\(topic)\"")
        }
        #expect(named.count >= 1 && lines.count < max(attempts, 4), "\(lines)")
    }

    private static func refusals(_ metrics: MetricsRegistry) -> Int {
        String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n").filter {
            $0.hasPrefix("tidings_worker_refused_total{")
        }
        .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }
}

/// A log whose lines a test reads back.
private final class LoggedLines {
    let log: Log
    private let directory: TemporaryDirectory
    private let handle: FileHandle

    init() throws {
        directory = try TemporaryDirectory()
        let file = directory.file("log")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        handle = try FileHandle(forWritingTo: file)
        log = Log(level: .info, format: .json, descriptor: handle.fileDescriptor)
    }

    func lines() throws -> [Substring] {
        try String(contentsOf: directory.file("log"), encoding: .utf8).split(separator: "\n")
    }
}
