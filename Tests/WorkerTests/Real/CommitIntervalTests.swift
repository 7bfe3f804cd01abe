// SPDX-License-Identifier: Apache-2.0
import Foundation
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

@Suite("Commit interval", .needsBroker)
struct CommitIntervalTests {
    private static let interval = Duration.milliseconds(500)
    private static let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) - 600)

    @Test("transactions begin no closer than the interval, and every callback is published")
    func pace() throws {
        try WorkerField.with { field in
            var settings = WorkerSettings()
            settings.commitInterval = Self.interval
            let metrics = MetricsRegistry()
            let workers = try field.workers(state: nil, metrics: metrics, worker: settings)
            let begin = ContinuousClock.now
            workers.start()
            workers.waitUntilReady()
            // Each is confirmed before the next is written: without a pace most have a separate transaction.
            for payment in 0..<60 {
                try field.write([
                    CallbackFixture(
                        payment: "order_\(payment)", operation: payment, status: "success", date: Self.now)
                ])
            }
            try field.waitUntilDecided()
            let text = String(decoding: metrics.text(), as: UTF8.self)
            let elapsed = begin.duration(to: .now)
            #expect(workers.stop(within: .seconds(120)))
            let line = try #require(
                text.split(separator: "\n").first {
                    $0.hasPrefix("tidings_worker_transactions_total{outcome=\"committed\"}")
                })
            let transactions = try #require(Double(line.split(separator: " ")[1]))
            // The transactions of the restore have no pace.
            #expect(transactions > 1)
            #expect(Self.interval * (transactions - 2) <= elapsed, "\(transactions) in \(elapsed)")
            #expect(try field.statuses().count == 60)
        }
    }
}
