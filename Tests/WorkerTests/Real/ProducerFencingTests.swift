// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("A producer that is fenced, on a real broker", .serialized, .needsBroker)
struct ProducerFencingTests {
    private static let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600)

    /// Another producer initialises the id, which fences the one that has it.
    private func take(_ id: String, _ field: WorkerField) throws {
        let rival = try TransactionalProducer(
            field.broker.configuration, .init(transactionalID: id, topics: [field.topics[.status]]),
            log: .silent)
        rival.close()
    }

    @Test(
        "loses its ids to another again and again: every callback is published once, and the worker does not end",
        .timeLimit(.minutes(30)))
    func idTaken() throws {
        try WorkerField.with { field in
            let (metrics, log) = (MetricsRegistry(), try LogFile())
            let workers = try field.workers(state: nil, metrics: metrics, log: log.log)
            workers.start()
            workers.waitUntilReady()
            for round in 0..<4 {
                for name in ["a", "b"] { try take("\(field.group)-0-0-\(name)", field) }
                let payments = (round * 20)..<(round * 20 + 20)
                try field.write(
                    payments.map {
                        CallbackFixture(
                            payment: "order_\($0)", operation: $0, status: "success", date: Self.now)
                    })
                try field.waitUntilDecided()
                workers.waitUntilReady()
            }
            #expect(workers.stop(within: .seconds(120)))
            let seen = try field.statuses()
            #expect(seen.count == 80)
            #expect(seen.values.allSatisfy { $0 == ["success"] })
            // The third within ten minutes builds the clients again.
            #expect(log.lines(with: "building the clients again").count == 1)
            let text = String(decoding: metrics.text(), as: UTF8.self)
            let replaced = text.split(separator: "\n")
                .first { $0.hasPrefix("tidings_worker_producers_replaced_total ") }
                .flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
            #expect(replaced ?? 0 >= 3)
        }
    }
}
