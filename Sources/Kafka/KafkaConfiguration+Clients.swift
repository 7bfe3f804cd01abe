// SPDX-License-Identifier: Apache-2.0
internal import CRDKafka
internal import System

extension KafkaConfiguration {
    /// Makes a client of each kind without a broker's address, and so without a connection: librdkafka
    /// compares properties with one another, and opens certificates and keys, only then.
    ///
    /// - Parameters:
    ///   - sessionTimeout: of the consumer.
    ///   - transactionTimeout: of the transactional producer.
    public func makeTrialClients(sessionTimeout: Duration, transactionTimeout: Duration) throws(Refusal) {
        try makeTrialClient(
            RD_KAFKA_CONSUMER,
            [("group.id", "trial"), ("session.timeout.ms", String(sessionTimeout.millisecondsRoundedUp))])
        try makeTrialClient(
            RD_KAFKA_PRODUCER,
            [
                ("transactional.id", "trial"), ("enable.idempotence", "true"),
                ("transaction.timeout.ms", String(transactionTimeout.millisecondsRoundedUp)),
            ])
    }

    private func makeTrialClient(
        _ kind: rd_kafka_type_t, _ properties: [(name: String, value: String)]
    ) throws(Refusal) {
        var set = PropertySet()
        for (name, value) in pairs + properties
        where name != "bootstrap.servers" && name != "metadata.broker.list" {
            try set.set(name, value)
        }
        if tokenSource != nil { set.enableTokens() }
        var sentence = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(kind, set.raw, &sentence, sentence.count) else {
            throw Refusal(property: "kafka", reason: .invalid(String(nullTerminated: sentence)))
        }
        set.wasTaken()
        rd_kafka_destroy(client)
    }
}
