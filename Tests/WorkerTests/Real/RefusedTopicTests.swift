import Foundation
import Kafka
import Payments
import Synchronization
import Telemetry
import TestSupport
import Testing
import Worker

/// A topic that refuses what a worker publishes, while the worker runs.
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
        "is named with its error in readiness the whole time, and the worker goes on when it accepts records again",
        .timeLimit(.minutes(10)))
    func messageTooLarge() throws {
        try WorkerField.with(partitions: 1) { field in
            let metrics = MetricsRegistry()
            let workers = try field.workers(state: nil, metrics: metrics)
            workers.start()
            workers.waitUntilReady()
            let review = field.topics[.review]
            try field.broker.alter(review, "max.message.bytes=2000")
            let refused = try Self.write(field)
            eventually { !workers.objections.isEmpty }
            // Long enough for several attempts, of which each ends with a restore: no look finds it ready.
            eventually {
                let objections = workers.objections
                #expect(objections.count == 1 && objections[0].contains("MSG_SIZE_TOO_LARGE"))
                #expect(objections.allSatisfy { $0.contains(review) && !$0.contains("_STATE") })
                return Self.refusals(metrics) >= 12
            }
            try field.broker.alter(review, "max.message.bytes=1048588")
            try field.waitUntilDecided()
            workers.waitUntilReady()
            #expect(try field.statuses().count == refused.count - 1)
            let records = try readAll(review, at: field.broker.bootstrapServers)
            #expect(records.count == 1)
            #expect(workers.stop(within: .seconds(120)))
        }
    }

    /// One callback that goes to the topic, and six that do not.
    private static func write(_ field: WorkerField) throws -> [CallbackBody] {
        let bodies = [ambiguous(0)] + (1...6).map(ordinary)
        try field.write(bodies)
        return bodies
    }

    private static func refusals(_ metrics: MetricsRegistry) -> Int {
        String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n").filter {
            $0.hasPrefix("tidings_worker_refused_total{")
        }
        .reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
    }
}
