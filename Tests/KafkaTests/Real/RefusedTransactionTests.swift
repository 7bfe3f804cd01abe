// SPDX-License-Identifier: Apache-2.0
import Kafka
import Telemetry
import TestSupport
import Testing

@Suite("a transaction on topics that the broker refuses", .serialized, .needsBrokerOfItsOwn)
struct RefusedTransactionTests {
    @Test("of which nothing was added is aborted for the missing right, though there is nothing to abort")
    func nothingAdded() throws {
        let broker = try Broker.start(settings: Broker.withAccessControl)
        try broker.withTopic("refused") { topic in
            try broker.forbidWriting(to: topic)
            let value = Array("value".utf8)
            var outcome = TransactionOutcome.committed
            // A right takes effect a moment after the tool has ended.
            let deadline = ContinuousClock.now + .seconds(120)
            while outcome == .committed, ContinuousClock.now < deadline {
                let producer = try TransactionalProducer(
                    broker.configuration, .init(transactionalID: "refused", topics: [topic]), log: .silent)
                let transaction = try producer.begin()
                try transaction.produce(to: producer.topic(topic), key: nil, value: value.span.bytes)
                outcome = transaction.commit()
                #expect(producer.needsReplacement == (outcome != .committed))
                producer.close()
            }
            guard case .aborted(let error) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(error.missingRight == KafkaRight(.write, on: .topic(topic)), "\(error)")
        }
    }
}
