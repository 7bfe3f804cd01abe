// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Kafka
internal import Telemetry

/// Commits the transactions of a replay or a rebuild, and makes its producer again where the old one is of no
/// more use. A class because producer and consumer are noncopyable and closures use them; confined to one
/// thread.
final class ReplayProducer {
    private static let attempts = 5

    private let kafka: KafkaConfiguration
    private let settings: TransactionalProducer.Settings
    private let log: Log
    private var producer: TransactionalProducer?
    /// Only names the group whose offsets say how far the work has come: it never joins.
    let member: Consumer

    /// Takes over the transactional id.
    init(
        _ kafka: KafkaConfiguration, transactionalID: String, group: String, topics: [String], log: Log
    ) throws(ReplayError) {
        self.kafka = kafka
        self.log = log
        settings = TransactionalProducer.Settings(transactionalID: transactionalID, topics: topics)
        member = try translating { () throws(KafkaError) in
            try Consumer(kafka, group: .init(id: group), log: log)
        }
        try connect()
    }

    private func connect() throws(ReplayError) {
        producer = nil
        producer = try translating { () throws(KafkaError) in
            try TransactionalProducer(kafka, settings, log: log)
        }
    }

    func topic(_ name: String) -> TopicHandle? { producer?.topic(name) }

    func begin() throws(ReplayError) -> Transaction {
        let begun = try translating { () throws(KafkaError) in try producer?.begin() }
        guard let transaction = consume begun else {
            preconditionFailure("a batch is published before there is a producer")
        }
        return transaction
    }

    /// Makes a transaction until it is committed, a few times at most.
    func commit(_ transact: () throws(ReplayError) -> TransactionOutcome) throws(ReplayError) {
        var attempt = 1
        while true {
            if producer == nil || producer?.needsReplacement == true { try connect() }
            switch try transact() {
            case .committed: return
            case .unknown(let error): throw .outcomeUnknown(error)
            case .fenced: throw .fenced
            case .aborted(let error):
                guard attempt < Self.attempts else { throw .kafka(error) }
                attempt += 1
                usleep(200_000)
            }
        }
    }
}
