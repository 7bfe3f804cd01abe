// SPDX-License-Identifier: Apache-2.0
internal import Kafka
internal import Payments
internal import Telemetry

/// Two transactional producers that take turns, each with a separate id.
struct ProducerPair: ~Copyable {
    private let first: TransactionalProducer
    private let second: TransactionalProducer
    private var isSecondsTurn = false
    /// By topic, the same for both.
    let handles: [TopicHandle]

    init(_ settings: KafkaWorkerClient.Settings, log: Log) throws(KafkaError) {
        let topics = Topic.allCases.map { settings.topics[$0] }
        let first = try Self.producer("a", topics, settings, log)
        second = try Self.producer("b", topics, settings, log)
        handles = topics.map { first.topic($0) }
        self.first = first
    }

    private static func producer(
        _ name: String, _ topics: [String], _ settings: KafkaWorkerClient.Settings, _ log: Log
    ) throws(KafkaError) -> TransactionalProducer {
        var producer = TransactionalProducer.Settings(
            transactionalID: "\(settings.identity)-\(name)", topics: topics,
            transactionTimeout: settings.transactionTimeout, followedTopic: settings.topics[.changelog])
        producer.isStopRequested = settings.isStopRequested
        return try TransactionalProducer(settings.kafka, producer, log: log)
    }

    /// Opens a transaction of the producer whose turn it is.
    mutating func begin() throws(KafkaError) -> Transaction {
        let transaction = try isSecondsTurn ? second.begin() : first.begin()
        isSecondsTurn.toggle()
        return transaction
    }

    /// Takes what librdkafka reports meanwhile.
    func serve() {
        first.serve()
        second.serve()
    }

    func acknowledgedEnd(of partition: Int32) -> Int64? {
        guard let first = first.acknowledgedEnd(of: partition) else {
            return second.acknowledgedEnd(of: partition)
        }
        return max(first, second.acknowledgedEnd(of: partition) ?? first)
    }

    var needsReplacement: Bool { first.needsReplacement || second.needsReplacement }
}
