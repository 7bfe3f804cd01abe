internal import Kafka

extension ClientError {
    /// Who was told: a producer's failure ends a producer, a consumer's the whole client.
    enum Side {
        case consumer
        case producer
    }

    /// What the worker does after an error of librdkafka's.
    init(_ error: KafkaError, from side: Side) {
        self.init(Self.consequence(of: error, from: side), name: error.name, message: error.message)
    }

    private static func consequence(of error: KafkaError, from side: Side) -> Consequence {
        // Only a live member with the same instance id fences an instance, in the group and in a transaction.
        if error.code == .fencedInstanceID { return .leave }
        switch side {
        case .consumer:
            if error.isStaleGeneration { return .retry }
            // The log begins behind the position now: ask again where.
            if error.code == .noOffset || error.code == .offsetOutOfRange { return .rejoin }
            return error.severity == .fatal ? .rebuild : .retry
        case .producer:
            if error.isStaleGeneration { return .rejoin }
            if error.isFenced { return .fencedProducer }
            return error.severity == .fatal ? .replaceProducer : .abort
        }
    }
}
