// SPDX-License-Identifier: Apache-2.0
package import Kafka

extension ClientError {
    /// The client that reported an error: a producer's failure ends a producer, a consumer's the whole
    /// client.
    package enum Side: Sendable, CaseIterable {
        case consumer
        case producer
    }

    /// What the worker does after an error of librdkafka's.
    package init(_ error: KafkaError, from side: Side) {
        self.init(Self.consequence(of: error, from: side), Cause(error))
    }

    private static func consequence(of error: KafkaError, from side: Side) -> Consequence {
        if error.code == .fencedInstanceID { return .fencedMember }
        switch side {
        case .consumer:
            if error.isStaleGeneration { return .retry }
            // The log begins after the position now: ask again where to start.
            if error.code == .noOffset || error.code == .offsetOutOfRange { return .rejoin }
            switch error.severity {
            case .retriable, .abortable: return .retry
            case .fatal: return .rebuild
            }
        case .producer:
            if error.isStaleGeneration { return .rejoin }
            if error.isFenced { return .fencedProducer }
            switch error.severity {
            case .retriable, .abortable: return .abort
            case .fatal: return .replaceProducer
            }
        }
    }

    /// What the worker does after an abort; nil if it was confirmed.
    package init?(_ outcome: AbortOutcome) {
        switch outcome {
        case .aborted: return nil
        case .unknown(let error): self.init(.replaceProducer, Cause(error))
        case .fenced(let error): self.init(.fencedProducer, Cause(error))
        }
    }
}

extension ClientError.Cause {
    init(_ error: KafkaError) {
        let isLasting: Bool
        switch ProduceError(error.code)?.scope {
        // A record that is refused would be refused again; only the topic's or the brokers' settings end
        // that.
        case .topic, .cluster, .record: isLasting = true
        case .producer, nil: isLasting = false
        }
        // A right that is missing stays so until an administrator grants it.
        self.init(
            name: error.name, message: error.message, topic: error.topic,
            isLasting: (isLasting || error.missingRight != nil) && !error.isFenced
                && !error.isStaleGeneration)
        isTopicMissing = error.isUnknownTopic
    }
}

extension CommitOutcome {
    package init(_ outcome: TransactionOutcome) {
        switch outcome {
        case .committed: self = .committed
        case .aborted(let error):
            // The abort was confirmed, so the producer is good, whatever the error says about it.
            let consequence: ClientError.Consequence =
                if error.code == .fencedInstanceID {
                    .fencedMember
                } else if error.isStaleGeneration {
                    .rejoin
                } else {
                    .abort
                }
            self = .aborted(ClientError(consequence, ClientError.Cause(error)))
        case .unknown(let error): self = .unknown(ClientError.Cause(error))
        case .fenced(let error): self = .fenced(ClientError.Cause(error))
        }
    }
}

extension ClientError {
    /// The same error, which is about this topic.
    func naming(_ topic: String) -> ClientError {
        var error = self
        error.cause.topic = error.cause.topic ?? topic
        return error
    }
}

/// Makes calls of librdkafka and throws their errors as what the worker does next.
func translating<Result>(
    _ side: ClientError.Side, _ call: () throws(KafkaError) -> Result
) throws(ClientError) -> Result {
    do throws(KafkaError) { return try call() } catch { throw ClientError(error, from: side) }
}
