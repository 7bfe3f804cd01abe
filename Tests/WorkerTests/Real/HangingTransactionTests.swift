// SPDX-License-Identifier: Apache-2.0
import Foundation
import Kafka
import Payments
import Telemetry
import TestSupport
import Testing
import Worker

/// A foreign producer that leaves a transaction open, on a real broker.
@Suite("A hanging transaction", .serialized, .needsBroker)
struct HangingTransactionTests {
    @Test(
        "on any topic is reported with partition, cause and command, and the report ends with it",
        arguments: [Topic.callbacks, .status])
    func hanging(topic: Topic) throws {
        try WorkerField.with(partitions: 2) { field in
            let log = try LogFile()
            let metrics = MetricsRegistry()
            let workers = try field.workers(
                state: nil, metrics: metrics, log: log.log,
                configure: { settings in
                    settings.longestTransaction = .zero
                    settings.withheldMargin = .seconds(2)
                })
            workers.start()
            workers.waitUntilReady()
            let producer = try TransactionalProducer(
                field.broker.configuration,
                .init(
                    transactionalID: field.broker.unique("foreign"), topics: [field.topics[topic]],
                    transactionTimeout: .seconds(600)), log: .silent)
            let transaction = try producer.begin()
            let (key, value) = (Array("key".utf8), Array("{}".utf8))
            try transaction.produce(
                to: producer.topic(field.topics[topic]), partition: 1, key: key.span.bytes,
                value: value.span.bytes)
            let name = field.topics[topic]
            eventually("no reason for readiness") {
                workers.notReadyReasons.contains {
                    $0.contains("find-hanging --topic \(name) --partition 1")
                        && $0.contains("TidingsTransactionHanging")
                }
            }
            #expect(withheld(of: 1, in: metrics) == 1)
            #expect(withheld(of: 0, in: metrics) == 0)
            let lines = log.lines(with: "withheld by a hanging transaction")
            #expect(lines.count == 1, "\(lines)")
            #expect(lines.first?.contains(#""partition":1"#) == true)
            _ = transaction.abort()
            workers.waitUntilReady()
            eventually { withheld(of: 1, in: metrics) == 0 }
            #expect(workers.stop(within: .seconds(120)))
        }
    }

    private func withheld(of partition: Int, in metrics: MetricsRegistry) -> Int? {
        let name = "tidings_worker_withheld_offsets{partition=\"\(partition)\"} "
        return String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.count)) }
    }
}
