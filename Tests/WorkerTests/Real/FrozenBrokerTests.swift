// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("A worker with a frozen broker", .serialized, .needsBrokerOfItsOwn)
struct FrozenBrokerTests {
    private static let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600)

    @Test("stops with a transaction open, and nothing is lost or published twice", .timeLimit(.minutes(30)))
    func stop() throws {
        let broker = try Broker.start()
        try WorkerField.with(on: broker) { field in
            let payments = 0..<2000
            try field.write(
                payments.map {
                    CallbackFixture(payment: "order_\($0)", operation: $0, status: "success", date: Self.now)
                })
            let directory = try TemporaryDirectory()
            let metrics = MetricsRegistry()
            let workers = try field.workers(
                state: directory.url.path, metrics: metrics,
                configure: { settings in
                    // So the deadline of a call, 100 s, is later than that of the stop.
                    settings.client.transactionTimeout = .seconds(300)
                    settings.worker.batch = BatchLimit(count: 5, bytes: 1 << 20)
                })
            workers.start()
            eventually(within: .seconds(120), "no batch is committed") { advances(metrics) > 0 }
            broker.pause()
            defer { broker.resume() }
            eventually(within: .seconds(60), "the worker does not notice the frozen broker") {
                workers.healths.contains { $0.hang(longerThan: .seconds(1))?.activity == .running }
            }
            #expect(advances(metrics) < payments.count)
            #expect(workers.stop(within: .seconds(80)))

            broker.resume()
            let next = try field.workers(state: directory.url.path)
            next.start()
            try field.waitUntilDecided()
            #expect(next.stop(within: .seconds(60)))
            let seen = try field.statuses()
            #expect(seen.count == payments.count)
            #expect(seen.values.allSatisfy { $0 == ["success"] })
        }
    }

    /// Callbacks that were published. The transaction with which a restore ends publishes none.
    private func advances(_ metrics: MetricsRegistry) -> Int {
        let text = String(decoding: metrics.text(), as: UTF8.self)
        let line = text.split(separator: "\n").first {
            $0.hasPrefix("tidings_worker_callbacks_total{decision=\"advance\"} ")
        }
        return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
    }
}
