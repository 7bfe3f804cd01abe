// SPDX-License-Identifier: Apache-2.0

/// How large the records of each topic may become, and so what `max.message.bytes` of the topics and
/// librdkafka's own limits must be. Checked at start and by `tidings topics check`: a limit that is too low
/// shows only when the first large record comes, and then holds back its partition.
public struct MessageLimits: Sendable, Equatable {
    /// What the worker publishes at most.
    public var output: OutputLimits
    /// The largest body that the ingress accepts.
    public var bodyBytes: Int
    /// librdkafka's `message.max.bytes`: the largest record that the client accepts.
    public var clientBytes: Int
    /// librdkafka's `batch.size`. The broker compares a topic's limit with a whole batch, so that small
    /// records too are refused where the limit is below it.
    public var batchBytes: Int

    public init(
        output: OutputLimits = .standard, bodyBytes: Int = 64 << 10, clientBytes: Int = 1_000_000,
        batchBytes: Int = 1_000_000
    ) {
        self.output = output
        self.bodyBytes = bodyBytes
        self.clientBytes = clientBytes
        self.batchBytes = batchBytes
    }

    /// The most bytes of one record on a topic: value, key, headers and framing.
    public func largestRecord(on topic: Topic, deduplication: DeduplicationSettings) -> Int {
        let value =
            switch topic {
            case .callbacks: bodyBytes
            case .status, .review, .deadLetter: output.eventBytes
            case .changelog: deduplication.largestStateBytes
            }
        return value + OutputLimits.envelopeBytes
    }

    /// What `max.message.bytes` of a topic must be at least.
    public func leastTopicLimit(of topic: Topic, deduplication: DeduplicationSettings) -> Int {
        max(largestRecord(on: topic, deduplication: deduplication), min(batchBytes, clientBytes))
    }

    /// What `message.max.bytes` of librdkafka must be at least.
    public func leastClientLimit(deduplication: DeduplicationSettings) -> Int {
        Topic.allCases.reduce(0) { max($0, largestRecord(on: $1, deduplication: deduplication)) }
    }
}
