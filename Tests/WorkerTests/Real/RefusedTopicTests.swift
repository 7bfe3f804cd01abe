import Foundation
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

/// A topic that refuses what a worker publishes, while the worker runs: it is named with Kafka's error in readiness and
/// in the log, the whole time, and the worker goes on when the topic accepts records again.
@Suite("A topic that refuses records", .serialized, .needsBrokerOfItsOwn)
struct RefusedTopicTests {
    /// Over 4 KB, and ambiguous: a Payment Page parameter stands in it.
    private static func ambiguous(_ payment: Int) -> CallbackBody {
        var body = ordinary(payment)
        body.extra = ",\"payment_amount\":1,\"note\":\"\(String(repeating: "n", count: 4096))\""
        return body
    }

    private static func ordinary(_ payment: Int) -> CallbackBody {
        CallbackBody(
            payment: "order_\(payment)", operation: payment, status: "success",
            date: Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600))
    }

    @Test(
        "is waited for: max.message.bytes of the review topic lowered, then raised", .timeLimit(.minutes(10)))
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
        "is waited for: max.message.bytes of the status topic lowered, then raised", .timeLimit(.minutes(10)))
    func statusTooLarge() throws {
        try WorkerField.with(partitions: 1) { field in
            let status = field.topics[.status]
            try Self.expectRefusal(
                field, of: status, named: ["MSG_SIZE_TOO_LARGE"],
                begin: { try field.broker.alter(status, "max.message.bytes=200") },
                end: { try field.broker.alter(status, "max.message.bytes=1048588") })
        }
    }

    @Test("is waited for: the right to write taken back, then given again", .timeLimit(.minutes(10)))
    func notAuthorized() throws {
        let broker = try Broker.start(settings: Broker.withAccessControl)
        try WorkerField.with(partitions: 1, on: broker) { field in
            let review = field.topics[.review]
            try Self.expectRefusal(
                field, of: review, named: ["TOPIC_AUTHORIZATION_FAILED"],
                begin: { try broker.forbidWriting(to: review) }, end: { try broker.allowWriting(to: review) })
        }
    }

    @Test("is waited for: too few replicas, then enough", .timeLimit(.minutes(10)))
    func tooFewReplicas() throws {
        try WorkerField.with(partitions: 1) { field in
            let review = field.topics[.review]
            // What the broker of another version calls it depends on when it notices.
            try Self.expectRefusal(
                field, of: review, named: ["NOT_ENOUGH_REPLICAS"],
                begin: { try field.broker.alter(review, "min.insync.replicas=2") },
                end: { try field.broker.alter(review, "min.insync.replicas=1") })
        }
    }

    @Test("is waited for: the topic deleted, then created again", .timeLimit(.minutes(10)))
    func deleted() throws {
        try WorkerField.with(partitions: 1) { field in
            let review = field.topics[.review]
            let admin = try Admin(field.broker.configuration, log: .silent)
            try Self.expectRefusal(
                field, of: review,
                named: ["UNKNOWN_TOPIC_OR_PART", "_UNKNOWN_TOPIC", "_UNKNOWN_PARTITION"],
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
    /// Runs a worker that is ready, lets the refusal begin, and looks at it until it was met twelve times; then ends it.
    private static func expectRefusal(
        _ field: WorkerField, of topic: String, named errors: [String], begin: () throws -> Void,
        end: () throws -> Void
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
        eventually { !workers.objections.isEmpty }
        // Long enough for several attempts, of which some end with a restore: no look finds it ready.
        eventually("\(workers.objections)") {
            let objections = workers.objections
            #expect(objections.count == 1)
            for objection in objections {
                #expect(errors.contains { objection.contains($0) } && objection.contains(topic))
                #expect(!objection.contains("_STATE"))
            }
            return refusals(metrics) >= 12
        }
        try expectLine(log, of: topic, named: errors)
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
        _ log: LoggedLines, of topic: String, named errors: [String]
    ) throws {
        let lines = try log.lines().filter { $0.contains("cannot publish") }
        let named = lines.filter { line in
            errors.contains { line.contains("\"\($0)\"") } && line.contains("\"\(topic)\"")
        }
        #expect(named.count >= 1 && lines.count < 12, "\(lines)")
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
