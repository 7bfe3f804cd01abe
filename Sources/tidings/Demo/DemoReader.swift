// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import Kafka
import Telemetry

/// Reads the events as any other service would: read_committed, with no part in the worker's group.
struct DemoReader: ~Copyable {
    /// What the demo shows of an event.
    struct Event: Decodable {
        struct Payment: Decodable {
            var id: String
            var status: String
            var amount: Int64?
            var currency: String?
        }
        struct Action: Decodable {
            var kind: String
            var url: String?
        }

        var type: String
        var revision: Int
        var payment: Payment
        var action: Action?

        var paymentID: String { payment.id }
        var status: String { payment.status }
        var paymentAndRevision: (String, Int) { (payment.id, revision) }

        var line: String {
            let sum = payment.amount.map { "\($0) \(payment.currency ?? "")" } ?? ""
            let next = action.map { "  show the customer: \($0.kind)" } ?? ""
            return "\(payment.id)  revision \(revision)  \(type)  \(payment.status)  \(sum)\(next)"
        }
    }

    private var consumer: Consumer
    private let partitions: [TopicPartition]
    private var events: [Event] = []
    private static let patience = Duration.seconds(10)

    init(_ topic: String, partitions: Int32, _ configuration: KafkaConfiguration, log: Log) throws(KafkaError)
    {
        var consumer = try Consumer(configuration, group: nil, isolation: .readCommitted, log: log)
        try consumer.assign(
            (0..<partitions).map { PartitionOffset(topic: topic, partition: $0, offset: 0) })
        self.consumer = consumer
        self.partitions = (0..<partitions).map { TopicPartition(topic: topic, partition: $0) }
    }

    /// Every event that the topic holds now.
    mutating func readToEnd() throws -> [Event] {
        var missing: Int64 = 0
        for partition in partitions {
            let bounds = try consumer.watermarks(of: partition, within: Self.patience)
            missing += bounds.high - bounds.low
        }
        var batch = RecordBatch()
        let deadline = ContinuousClock.now + Self.patience
        while missing > Int64(events.count), ContinuousClock.now < deadline {
            try consumer.fill(&batch, first: .milliseconds(100), limit: 1000)
            for index in 0..<batch.count {
                guard let value = batch[index].value else { continue }
                let bytes = value.withUnsafeBytes { Data($0) }
                events.append(try JSONDecoder().decode(Event.self, from: bytes))
            }
        }
        return events
    }
}
